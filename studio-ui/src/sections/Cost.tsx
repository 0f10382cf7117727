/** The cost: multiplications for each gradient, begun at the loss and begun at the layer, and why backward is the cheap order. */
import { begun, count } from "../numbers";
import { Scroll } from "../parts/Scroll";
import { Section } from "../parts/Section";
import { numberOf, symbolOf, type Trace } from "../trace/reading";

export function Cost({ trace }: { trace: Trace }) {
  const { cost } = trace;
  const largest = Math.max(cost.to_loss, cost.from_loss, 1);
  const orders = [
    { label: "from the loss, using what is known", total: cost.reused, own: "reused", tone: "shared" },
    { label: "from the loss, each layer anew", total: cost.from_loss, own: "from_loss", tone: "backward" },
    { label: "from the layer to the loss", total: cost.to_loss, own: "to_loss", tone: "quiet" },
  ] as const;
  return (
    <Section id="cost" title="Why backward" intro={`${begun(cost.reason)}.`}>
      <Scroll label="Multiplications">
        <table class="rows">
          <caption>Multiplications of numbers for the gradients of the pre-activations</caption>
          <thead>
            <tr>
              <th>order</th>
              {cost.layers.map((layer) => (
                <th key={layer.l}>{symbolOf(trace, "dL_dZ", layer.l).plain}</th>
              ))}
              <th>in all</th>
              <th>
                <span class="unseen">compared</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {orders.map((order) => (
              <tr key={order.own} class={order.tone}>
                <td class="text">{order.label}</td>
                {cost.layers.map((layer) => (
                  <td key={layer.l} title={`layer ${numberOf(trace, layer.l)}`}>
                    {count(layer[order.own])}
                  </td>
                ))}
                <td>{count(order.total)}</td>
                <td>
                  <span class="meter wide">
                    <i style={{ width: `${Math.max((100 * order.total) / largest, 1)}%` }} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="note">
        Beside them: {count(cost.forward)} for the forward pass, {count(cost.weights)} for the weight gradients.
      </p>
    </Section>
  );
}
