/* Three conveniences: large type at once, print buttons, and a form that is sent again when its turn has come. Every page works without this file. */
(function () {
  "use strict";
  var root = document.documentElement;
  var YEAR = 365 * 24 * 3600;

  /* The same cookie as the server's (portal/type_size.py); without a reload, so that what a form shows stays. */
  function switchType(form) {
    var large = root.getAttribute("data-type") !== "large";
    var button = form.querySelector("button");
    if (large) {
      root.setAttribute("data-type", "large");
    } else {
      root.removeAttribute("data-type");
    }
    document.cookie =
      "portal_type=large; path=/; SameSite=Lax; max-age=" + (large ? YEAR : 0) + (location.protocol === "https:" ? "; Secure" : "");
    button.value = large ? "normal" : "large";
    button.textContent = form.getAttribute(large ? "data-normal" : "data-large");
  }

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.querySelector("[data-type-switch]");
    if (form) {
      form.hidden = false;
      form.addEventListener("submit", function (event) {
        if (navigator.cookieEnabled) {
          event.preventDefault();
          switchType(form);
        }
      });
    }
    Array.prototype.forEach.call(document.querySelectorAll("[data-print]"), function (printer) {
      printer.hidden = false;
      printer.addEventListener("click", function () {
        window.print();
      });
    });
    var again = document.querySelector("[data-again-after]");
    if (again) {
      window.setTimeout(function () {
        again.click();
      }, Number(again.getAttribute("data-again-after")) * 1000);
    }
    var summary = document.querySelector("[data-error-summary]");
    if (summary) {
      summary.focus();
    }
  });
})();
