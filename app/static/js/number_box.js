// A number beside a slider. Every entry carries a turn, so that the server takes each up once and never an old one.

const boxes = new WeakMap();

export default function mount({ data, parentElement, setStateValue }) {
  let box = boxes.get(parentElement);
  if (!box) {
    const input = document.createElement("input");
    input.type = "number";
    input.step = "any";
    input.className = "typed-number";
    parentElement.append(input);
    boxes.set(parentElement, (box = { input, turn: 0 }));
    input.addEventListener("change", () => {
      const value = input.value === "" ? null : Number(input.value);
      box.turn = Math.max(box.turn, box.heard) + 1;
      box.say("entry", { value, turn: box.turn });
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") input.value = box.value ?? "";
    });
  }
  box.say = setStateValue;
  box.heard = data.heard;
  box.value = data.value;
  box.input.setAttribute("aria-label", data.label);
  if (data.heard >= box.turn) box.input.value = data.value ?? ""; // else an entry is still on its way
}
