"""Faults of an explanation's renderings: what one says and another does not, and one symbol over two values."""

from __future__ import annotations

from ..fault import Fault

RENDERINGS = (
    Fault(
        "the output has no letter of its own", "explanation/notation/symbols.py", "l == self.L > 0", "l == self.L > 99"
    ),
    Fault("every layer's A is the output", "explanation/notation/symbols.py", "l == self.L > 0", "self.L > 0"),
    Fault(
        "a chain of single neurons begins at the loss in every notation",
        "explanation/notation/symbols.py",
        "return not self.notation.weight_first if self.scalar",
        "return True if self.scalar",
    ),
    Fault(
        "the box checks the shape of the gradient's transpose",
        "explanation/account/shapes.py",
        "links, layer.dL_dZ.shape,",
        "links, layer.dL_dZ.T.shape,",
    ),
    Fault(
        "the page calls the batch's gradients as it calls the point's",
        "explanation/page/document_symbols.py",
        'if name == "dL_dX" or name in _learnt(trace, l):',
        'if name == "dL_dX":',
    ),
    Fault(
        "the page gives every value the symbol of the first layer",
        "explanation/page/document_symbols.py",
        "trace.header.own, int(layer)",
        "trace.header.own, min(int(layer), 1)",
    ),
    Fault(
        "the product over the batch names what dropout was given, not what it left",
        "explanation/trace/equations.py",
        'taken = trace.taken(l + 1) if name == "A" else name',
        "taken = name",
    ),
    Fault(
        "the growing product forgets to turn what it ends",
        "explanation/page/growing.py",
        'close = (")ᵀ" if factor.transposed else ")") if brackets else ""',
        'close = ")" if brackets else ""',
    ),
    Fault(
        "the growing product has links that come later",
        "explanation/page/growing.py",
        "if link is last:",
        "if False:",
    ),
    Fault(
        "from a linear unit a chain could go on through the weights",
        "explanation/page/growing.py",
        'ways.append(_way("struck", own.of("dW_dA", l), reason, "7.12, 7.13"))',
        'ways.append(_way("on", own.of("dW_dA", l), reason, "7.12, 7.13"))',
    ),
    Fault(
        "a wrong order is told the numbers of the right one",
        "explanation/page/questions.py",
        'return f"It has the right shape and the wrong numbers: {_few(found)} instead of {_few(product.value)}."',
        'return f"It has the right shape and the wrong numbers: {_few(product.value)} instead of {_few(found)}."',
    ),
    Fault(
        "dropout of the data point has no box in the drawing",
        "explanation/page/diagram.py",
        'if trace.taken(1) != "A":',
        "if False:",
    ),
    Fault(
        "LaTeX leaves out why a link has its value",
        "explanation/latex/setting.py",
        'return said + (rf"\\\\ {reason}." if reason else "")',
        "return said",
    ),
    Fault(
        "LaTeX leaves out what stands behind a formula",
        "explanation/latex/setting.py",
        "behind += [self.sentence(own.reason)] if own.reason else []",
        "behind += []",
    ),
    Fault(
        "a factor that stands transposed is shown as it lies, in LaTeX alone",
        "explanation/latex/setting.py",
        "return Value(value.array.T, value.columns, value.rows) if own.transposed else value",
        "return value",
    ),
    Fault(
        "text leaves out the sources of links",
        "explanation/text/setting.py",
        'behind = shapes + (f"   {own.source}" if own.source else "")',
        "behind = shapes",
    ),
    Fault(
        "text shows only the first rows of a table",
        "explanation/text/setting.py",
        "for row in (table.head, *table.rows)]",
        "for row in (table.head, *table.rows[:2])]",
    ),
    Fault(
        "the account forgets what an optimiser keeps",
        "explanation/account/around.py",
        "return [*blocks, *(_state(story, l, state.name) for state in own.state)]",
        "return blocks",
    ),
    Fault(
        "the account of a regression names no target",
        "explanation/account/header.py",
        'facts.append(("target", y))',
        "pass",
    ),
    Fault(
        "in a batch the loss of one point is written as the loss of all",
        "explanation/findings/passes.py",
        "return replace(self.symbols, point=self.at + 1, held=tuple(l for l in self.net.layers if self.linked(l)))",
        "return self.symbols",
    ),
    Fault(
        "a derivative that holds the batch's mean and variance fixed does not say so",
        "explanation/notation/symbols.py",
        "return self.point is not None and any(first <= k for k in self.held)",
        "return False",
    ),
    Fault(
        "the mark of a derivative by A is that of one by Z",
        "explanation/notation/symbols.py",
        'first = l if name in {"dL_dZ", "dL_dW", "dL_dW0"} else l + 1',
        "first = l",
    ),
    Fault(
        "the check counts entries from 0",
        "checks/report.py",
        "return f\"({', '.join(str(each + 1) for each in index)})\"",
        "return f\"({', '.join(str(each) for each in index)})\"",
    ),
    Fault(
        "the step is written with the loss of the point shown",
        "explanation/trace/equations.py",
        'symbols, turned = trace.header.symbols, trace.header.layout == "numerator"',
        'symbols, turned = trace.header.own, trace.header.layout == "numerator"',
    ),
)
