// Follows the system's light or dark setting when the person has chosen neither.
(function () {
  var root = document.documentElement;
  if (root.dataset.bsTheme) return;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() { root.dataset.bsTheme = dark.matches ? "dark" : "light"; }
  dark.addEventListener("change", apply);
  apply();
})();
