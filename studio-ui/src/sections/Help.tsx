/** What the keys do and what the colours mean. */
import type { RefObject } from "preact";

export function Help({ dialog, training }: { dialog: RefObject<HTMLDialogElement | null>; training: boolean }) {
  return (
    <dialog ref={dialog} aria-labelledby="help-title" data-own-keys>
      <h2 id="help-title">Keys and colours</h2>
      {training ? <OfTraining /> : <OfStep />}
      <form method="dialog">
        <button type="submit" class="plain-button">
          Close
        </button>
      </form>
    </dialog>
  );
}

function OfTraining() {
  return (
    <>
      <table class="rows">
        <tbody>
          <Key keys={["space"]} does="play, pause" />
          <Key keys={["→"]} does="one step" />
          <Key keys={["e"]} does="to the end of the epoch" />
          <Key keys={["p"]} does="one phase of the next step" />
          <Key keys={["r"]} does="start again, with the same first weights" />
          <Key keys={["?"]} does="this" />
          <Key keys={["Esc"]} does="close this" />
        </tbody>
      </table>
      <p>
        Each class has a colour and an outline of its own. Filled points are trained on, hollow ones only tested. The
        stronger the ground, the surer the network; the line is where it changes its mind. Violet is above 0, gold
        below.
      </p>
      <p class="note">
        The step size changes in the middle of a training. Every other choice begins a new one, from the first weights
        of its seed.
      </p>
    </>
  );
}

function OfStep() {
  return (
    <>
      <table class="rows">
        <tbody>
          <Key keys={["→", "←"]} does="one step on, one step back" />
          <Key keys={["space"]} does="play, pause" />
          <Key keys={["Home", "End"]} does="first step, last step" />
          <Key
            keys={["Tab"]}
            does="to the next factor, weight or switch; a factor in focus is shown wherever it stands"
          />
          <Key keys={["Enter"]} does="on a neuron: ask about it; arrows go to the next one" />
          <Key keys={["?"]} does="this" />
          <Key keys={["Esc"]} does="close this" />
        </tbody>
      </table>
      <p>
        <strong class="tone forward">Blue</strong> goes forward: values. <strong class="tone backward">Rust</strong>{" "}
        comes back: gradients. <strong class="tone shared">Ochre</strong> is shared: computed once, used again by an
        earlier layer.
      </p>
      <p class="note">
        Predict asks before each backward step is shown. Pieces of a product turn and swap by a click, and say whether
        they still join. A dashed line between neurons is a negative weight. Faded is what has not happened yet.
      </p>
    </>
  );
}

function Key({ keys, does }: { keys: readonly string[]; does: string }) {
  return (
    <tr>
      <td>
        {keys.map((key, index) => (
          <span key={key}>
            {index > 0 && " "}
            <kbd>{key}</kbd>
          </span>
        ))}
      </td>
      <td class="text">{does}</td>
    </tr>
  );
}
