// Light or dark: what the system prefers, unless the visitor has chosen. No module, so that it acts before the first paint.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("nncore-theme");
  const current = () => chosen() ?? (dark.matches ? "dark" : "light");

  const apply = () => {
    root.dataset.theme = current();
    const other = current() === "dark" ? "light" : "dark";
    document.getElementById("theme")?.setAttribute("aria-label", `Switch to ${other} colours`);
  };

  const toggle = () => {
    localStorage.setItem("nncore-theme", current() === "dark" ? "light" : "dark");
    apply();
  };

  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", () => {
    apply();
    document.getElementById("theme").addEventListener("click", toggle);
  });
})();
