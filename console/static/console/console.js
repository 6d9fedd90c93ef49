// A link with data-dialog leads to a page that asks; with scripts the same form opens in place.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("a[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (!dialog || typeof dialog.showModal !== "function" || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  dialog.showModal();
});

// "Cancel" is no submit button: Enter in a field takes the first of those, and is to mean yes.
document.addEventListener("click", (event) => {
  event.target.closest("[data-close]")?.closest("dialog")?.close();
});
