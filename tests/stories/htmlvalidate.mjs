// What html-validate asks of every page as the server sent it. Each rule that is off or loosened says why.
export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // Spaces left behind by template tags: no browser and no reader meets them.
    "no-trailing-whitespace": "off",
    // A page that asks one question is named by the question, and questions may be longer than 70 characters.
    "long-title": "off",
    // The Design System's date input says role="group" on its fieldset, for old screen readers.
    "no-redundant-role": "off",
    // The Design System's link that looks like a button; our frame around a wide table or chart, which takes the focus.
    "prefer-native-element": ["error", { exclude: ["button", "region"] }],
    // The numbers stand in an element that does not break.
    "tel-non-breaking": ["error", { ignoreClasses: ["app-nowrap"] }],
    // Boxes to tick share a name, as radios do.
    "form-dup-name": ["error", { shared: ["radio", "button", "reset", "submit", "checkbox"] }],
  },
};
