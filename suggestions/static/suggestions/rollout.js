// The slider, the presets and the effect of the percentage; the number field is what is saved.
(() => {
  const form = document.getElementById("rollout_form");
  if (!form) return;
  const number = document.getElementById("id_percentage");
  const slider = document.getElementById("percentage_slider");
  const effect = document.getElementById("rollout_effect");
  const presets = [...form.querySelectorAll("[data-preset]")];
  const users = Number(form.dataset.users);
  const current = Number(form.dataset.percentage) / 100;
  const count = (percent) => Math.round((users * percent) / 100).toLocaleString("en");

  function describe(percent) {
    if (number.value === "" || !(percent >= 0 && percent <= 100)) return "Between 0 and 100, with at most two decimals.";
    if (!users) return "No users are known yet, so the effect cannot be told.";
    const served = `about ${count(percent)} of ${users.toLocaleString("en")} recent users served by the model`;
    if (percent === current) return `As it is now: ${served}.`;
    const verb = percent > current ? "more" : "fewer";
    return `After saving: ${served}, about ${count(Math.abs(percent - current))} ${verb} than now.`;
  }

  function show() {
    const percent = Number(number.value);
    slider.value = number.value;
    slider.setAttribute("aria-valuetext", `${number.value} percent`);
    effect.textContent = describe(percent);
    for (const preset of presets) preset.setAttribute("aria-pressed", String(number.value !== "" && Number(preset.dataset.preset) === percent));
  }

  slider.addEventListener("input", () => { number.value = slider.value; show(); });
  number.addEventListener("input", show);
  for (const preset of presets) {
    preset.addEventListener("click", () => { number.value = preset.dataset.preset; show(); });
  }
  for (const part of form.querySelectorAll("[data-with-script]")) part.hidden = false;
  show();
})();
