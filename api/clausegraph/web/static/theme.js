// Runs before the page is drawn: says that scripts run, and keeps the theme that a reader chose.
(() => {
  const KEY = "clausegraph-theme";
  const THEMES = ["auto", "light", "dark"];
  const SAID = { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" };
  const root = document.documentElement;
  root.dataset.scripts = "";

  // Storage is refused where cookies are: the choice then lasts as long as the page.
  const kept = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };
  const keep = (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Nothing to do: the page shows it all the same.
    }
  };
  const show = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
  };

  let theme = THEMES.includes(kept()) ? kept() : "auto";
  show(theme);
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-switch]");
    if (!button) return;
    const say = () => {
      button.title = SAID[theme];
      button.setAttribute("aria-label", `${SAID[theme]}. Change it`);
    };
    say();
    button.addEventListener("click", () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      show(theme);
      keep(theme);
      say();
    });
  });
})();
