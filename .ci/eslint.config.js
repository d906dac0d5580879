// What a correct script does not do; names that are not defined are found by the type check.
import js from "@eslint/js";

export default [
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-undef": "off",
      "eqeqeq": "error",
      "no-var": "error",
      "one-var": ["error", "never"],
      "prefer-const": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-implicit-globals": "error",
      "no-shadow": "error",
      "no-throw-literal": "error",
      "object-shorthand": "error",
      "prefer-arrow-callback": "error",
      "prefer-template": "error",
      "max-lines": ["error", 250],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Text is never turned into markup." },
        { property: "outerHTML", message: "Text is never turned into markup." },
        { property: "insertAdjacentHTML", message: "Text is never turned into markup." },
      ],
    },
  },
];
