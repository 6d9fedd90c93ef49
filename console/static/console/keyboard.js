// The theme has controls for a mouse alone: here they get a name, a place in the order of keys, and Enter.
const NAMES = {
  dock_to_right: "Show or hide the menu",
  close: "Close",
  more_vert: "More",
  more_horiz: "More",
  visibility: "Show the password",
  visibility_off: "Hide the password",
};
const MOUSE_ONLY = "[x-on\\:click]:not(a[href], button, input, select, summary, #changelist-filter-close)";
const REGIONS = { "nav-sidebar-apps": "Pages of the service" };

document.addEventListener("DOMContentLoaded", () => {
  for (const control of document.querySelectorAll(MOUSE_ONLY)) {
    control.tabIndex = 0;
    control.setAttribute("role", "button");
    const name = NAMES[control.textContent.trim()];
    if (name) control.setAttribute("aria-label", name);
  }
  for (const link of document.querySelectorAll("a[href][title]:has(> .material-symbols-outlined)")) {
    link.setAttribute("aria-label", link.title);
  }
  document.getElementById("searchbar")?.setAttribute("aria-label", "Search");
  // Read by the theme's scroll bars, which all call themselves the same otherwise.
  for (const region of document.querySelectorAll("[data-simplebar]")) {
    const name = REGIONS[region.id] || (region.closest("#changelist-filter") ? "Filters" : "Table");
    region.setAttribute("data-simplebar-aria-label", name);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" && event.key !== " ") return;
  const control = event.target.closest?.(`${MOUSE_ONLY}[role="button"]`);
  if (!control || event.target !== control) return;
  event.preventDefault();
  control.click();
});

// Who opens the filters goes along into them, and comes back when they close.
let opener = null;
document.addEventListener("click", (event) => {
  const control = event.target.closest('[x-on\\:click="filterOpen = true"]');
  if (!control) return;
  opener = control;
  setTimeout(() => document.querySelector("#changelist-filter :is(a[href], button, input:not([type=hidden]), select)")?.focus(), 50);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !opener) return;
  opener.focus();
  opener = null;
});
