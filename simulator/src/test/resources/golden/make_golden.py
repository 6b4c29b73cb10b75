"""Makes the small golden files of this folder: a PyTorch transformer in float64 that owes nothing to the Java code.

    python3 make_golden.py            write the *.safetensors of the cases and traces below into this folder
    python3 make_golden.py --check    change nothing; run the same transformer on the one-layer-* files and print its
                                      numbers beside theirs (half a minute with OpenBLAS, a quarter of an hour
                                      with the reference BLAS)

Needs PyTorch (made with 1.13 on a CPU) and NumPy, nothing else. Every draw is seeded: a second run gives the same
weights and tokens to the bit, and the same results up to the rounding of the matrix library at hand.
"""

import json
import math
import struct
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy
import torch
from torch.nn.functional import cross_entropy, layer_norm, relu

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Model:
    """The fields are the keys `model.*` of the Java program and the metadata of a file."""

    layers: int
    heads: int
    width: int
    mlpWidth: int
    attention: str = "softmax"
    norm: str = "layer-norm"
    normEpsilon: float = 1e-5
    attentionOff: tuple = ()
    mlpOff: tuple = ()


@dataclass(frozen=True)
class Case:
    """A model with random weights, on random tokens; `sharpness` multiplies the query and key weights."""

    name: str
    seed: int
    vocabulary: int
    sequences: int
    length: int
    model: Model
    sharpness: float = 1.0


CASES = [
    Case("single-head", 1, 9, 1, 5, Model(1, 1, 6, 11)),
    Case("three-heads", 2, 13, 3, 7, Model(2, 3, 15, 22)),
    Case("relu-attention", 3, 8, 2, 9, Model(3, 2, 14, 17, attention="relu")),
    Case("parts-off", 4, 11, 2, 6, Model(2, 2, 10, 13, normEpsilon=1e-3, attentionOff=(1,), mlpOff=(0,))),
    Case("no-norm", 5, 7, 2, 8, Model(2, 2, 10, 9, norm="none")),
    Case("saturated", 8, 8, 1, 6, Model(3, 7, 21, 5), sharpness=7.0),
]

TRACES = {
    "adamw": dict(learningRate=3e-3, beta1=0.9, beta2=0.99, epsilon=1e-8, weightDecay=0.1),
    "sgd": dict(learningRate=0.03, momentum=0.9, weightDecay=0.01),
}
TRACED_CASE = CASES[1]
TRACE_STEPS = 5

# A ReLU whose input is nearer to 0 than this may switch in float32; such a draw would make a poor golden file.
KINK_MARGIN = 1e-4


def weight_shapes(case):
    """Name -> shape of every weight that the model has; parts that are off have none."""
    model, width = case.model, case.model.width
    shapes = {"embedding.token": (case.vocabulary, width), "embedding.position": (case.length, width)}

    def norm(name):
        if model.norm == "layer-norm":
            shapes[name + ".gain"] = shapes[name + ".bias"] = (width,)

    for layer in range(model.layers):
        at = f"layers.{layer}."
        if layer not in model.attentionOff:
            norm(at + "attention.norm")
            for matrix in ("query", "key", "value", "output"):
                shapes[f"{at}attention.{matrix}.weight"] = (width, width)
        if layer not in model.mlpOff:
            norm(at + "mlp.norm")
            shapes[at + "mlp.up.weight"] = (model.mlpWidth, width)
            shapes[at + "mlp.down.weight"] = (width, model.mlpWidth)
    norm("final_norm")
    shapes["unembedding.weight"] = (case.vocabulary, width)
    return shapes


def draw(case):
    """Weights, each exactly a float32 number, and tokens [sequences, length + 1]."""
    random = numpy.random.RandomState(case.seed)
    weights = {}
    for name, shape in weight_shapes(case).items():
        values = random.standard_normal(shape)
        if name.endswith(".gain"):
            values = 1 + 0.3 * values
        elif name.endswith(".bias"):
            values = 0.3 * values
        elif name.endswith(".weight"):
            values = values / math.sqrt(shape[1])
        if name.endswith((".query.weight", ".key.weight")):
            values = values * case.sharpness
        weights[name] = torch.tensor(values.astype(numpy.float32).astype(numpy.float64))
    tokens = torch.tensor(random.randint(case.vocabulary, size=(case.sequences, case.length + 1)))
    return weights, tokens


def transformer(model, weights, tokens):
    """Tokens [sequences, length + 1] -> named activations, and the list of the inputs of every ReLU."""
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    sequences, length = inputs.shape
    visible = torch.ones(length, length).tril().bool()
    named, kinks = {}, []

    def norm(name, x):
        if model.norm == "none":
            return x
        return layer_norm(x, x.shape[-1:], weights[name + ".gain"], weights[name + ".bias"], model.normEpsilon)

    def split(x):
        return x.view(sequences, length, model.heads, -1).transpose(1, 2)

    residual = weights["embedding.token"][inputs] + weights["embedding.position"][:length]
    for layer in range(model.layers):
        at = f"layers.{layer}."
        if layer not in model.attentionOff:
            attention = at + "attention."
            normed = norm(attention + "norm", residual)
            query, key, value = (split(normed @ weights[f"{attention}{m}.weight"].T) for m in ("query", "key", "value"))
            scores = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1])
            if model.attention == "softmax":
                pattern = scores.masked_fill(~visible, -math.inf).softmax(dim=-1)
            else:
                pattern = relu(scores) * visible / visible.sum(dim=1, keepdim=True)
                kinks.append(scores[..., visible])
            heads = (pattern @ value).transpose(1, 2).reshape(sequences, length, model.width)
            output = heads @ weights[attention + "output.weight"].T
            residual = residual + output
            named.update({
                attention + "scores": scores * visible, attention + "pattern": pattern, attention + "query": query,
                attention + "key": key, attention + "value": value, attention + "output": output,
            })
        named[at + "residual.mid"] = residual
        if layer not in model.mlpOff:
            hidden = norm(at + "mlp.norm", residual) @ weights[at + "mlp.up.weight"].T
            kinks.append(hidden)
            residual = residual + relu(hidden) @ weights[at + "mlp.down.weight"].T
        named[at + "residual.out"] = residual

    logits = norm("final_norm", residual) @ weights["unembedding.weight"].T
    losses = cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none").view(sequences, length)
    named.update({"logits": logits, "losses": losses, "loss": losses.mean()})
    return named, kinks


def forward_backward(model, weights, tokens):
    """Activations and, as `grad.<weight>`, the gradients of the loss; and the inputs of every ReLU."""
    leaves = {name: weight.clone().requires_grad_() for name, weight in weights.items()}
    named, kinks = transformer(model, leaves, tokens)
    named["loss"].backward()
    named.update({"grad." + name: leaf.grad for name, leaf in leaves.items()})
    return {name: tensor.detach() for name, tensor in named.items()}, kinks


def optimizer_for(name, parameters, settings):
    """PyTorch's own optimizer of that name."""
    s = settings
    if name == "sgd":
        return torch.optim.SGD(parameters, s["learningRate"], s["momentum"], weight_decay=s["weightDecay"])
    betas = (s["beta1"], s["beta2"])
    return torch.optim.AdamW(parameters, s["learningRate"], betas, s["epsilon"], weight_decay=s["weightDecay"])


def trace(model, weights, tokens, name, settings, steps):
    """Updates on the same tokens; yields the loss and the parameters with gradients before each and after the last."""
    leaves = {key: weight.clone().requires_grad_() for key, weight in weights.items()}
    optimizer = optimizer_for(name, list(leaves.values()), settings)
    for step in range(steps + 1):
        optimizer.zero_grad()
        loss = transformer(model, leaves, tokens)[0]["loss"]
        loss.backward()
        yield loss.detach(), leaves
        if step < steps:
            optimizer.step()


def write(path, tensors, metadata):
    """Safetensors by hand: the header's length as 8 bytes, the JSON header padded to 8, the numbers as little-endian F64."""
    arrays = {name: tensor.numpy().astype("<f8") for name, tensor in tensors.items()}
    header, end = {"__metadata__": metadata}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F64", "shape": list(array.shape), "data_offsets": [end, end + array.nbytes]}
        end += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(array.tobytes() for array in arrays.values()))
    print(f"{path.name}: {len(tensors)} arrays, {path.stat().st_size} bytes")


def read(path):
    """The arrays of a safetensors file of F32 or F64 numbers, as float64."""
    data = path.read_bytes()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            array = numpy.frombuffer(data[start + begin : start + end], {"F32": "<f4", "F64": "<f8"}[entry["dtype"]])
            tensors[name] = torch.tensor(array.astype(numpy.float64)).view(entry["shape"])
    return tensors


def as_metadata(settings):
    """Every value as a string: numbers as Java reads them, lists with commas."""
    return {key: ",".join(map(str, value)) if isinstance(value, tuple) else str(value) for key, value in settings.items()}


def distance(a, b):
    """Largest difference over largest magnitude of the whole tensor; 0 if both are all zero."""
    a, b = torch.as_tensor(a, dtype=torch.float64), torch.as_tensor(b, dtype=torch.float64)
    return (a - b).abs().max().item() / max(b.abs().max().item(), 1e-300)


def make():
    for case in CASES:
        weights, tokens = draw(case)
        named, kinks = forward_backward(case.model, weights, tokens)
        margin = min(kink.abs().min().item() for kink in kinks)
        assert margin > KINK_MARGIN, f"{case.name}: seed {case.seed} puts a ReLU's input at {margin}"
        write(HERE / f"{case.name}.safetensors", {**weights, "tokens": tokens, **named}, as_metadata(asdict(case.model)))
        single, _ = forward_backward(case.model, {name: weight.float() for name, weight in weights.items()}, tokens)
        apart = {name: distance(single[name], named[name]) for name in named}
        for kind, of_kind in (("activations", lambda n: n[:5] != "grad."), ("gradients", lambda n: n[:5] == "grad.")):
            worst = max(filter(of_kind, apart), key=apart.get)
            print(f"  float32 {kind} differ by at most {apart[worst]:.1e} ({worst})")
        print(f"  loss {named['loss'].item():.6f}, smallest |input| of a ReLU {margin:.1e}")
    weights, tokens = draw(TRACED_CASE)
    for name, settings in TRACES.items():
        tensors = {}
        for step, (loss, leaves) in enumerate(trace(TRACED_CASE.model, weights, tokens, name, settings, TRACE_STEPS)):
            tensors[f"loss.{step}"] = loss
        tensors.update({"after." + key: leaf.detach() for key, leaf in leaves.items()})
        metadata = {"case": TRACED_CASE.name, "steps": TRACE_STEPS, "optimizer": name, **settings}
        write(HERE / f"{TRACED_CASE.name}-{name}.safetensors", tensors, as_metadata(metadata))
        print("  losses", *(f"{tensors[f'loss.{step}'].item():.6f}" for step in range(TRACE_STEPS + 1)))


# Over the whole evaluation batch: risk at trigger positions, mean attention of the others to position 0, and the norms
# of the first token's residual state and value state; from the public results of arXiv 2410.13835.
PUBLISHED = {
    "softmax": dict(backcopyRisk=4.295540, sinkMass=0.0224695, residualNorm=24.346819, rawValue=9.041966, value=5.199370),
    "relu": dict(backcopyRisk=4.299193, sinkMass=0.0013617, residualNorm=23.368813, rawValue=9.041966, value=5.199370),
}
TRIGGERS = torch.tensor([1, 43, 58])


def check():
    weights = read(HERE / "one-layer-init.safetensors")
    batch = torch.tensor(numpy.loadtxt(HERE / "evaluation-batch.csv", dtype=int, delimiter=","))
    stored = json.loads((HERE / "one-layer-steps.json").read_text())
    for attention, key, rate in (("softmax", "1L_softmax_adam", 3e-4), ("relu", "1L_relu_adam3e-3", 3e-3)):
        model = Model(1, 1, 256, 1024, attention=attention)
        measured = published_numbers(model, weights, batch)
        for name, expected in PUBLISHED[attention].items():
            print(f"{attention} {name} = {measured[name]:.7g}, published {expected}")
        settings = dict(learningRate=rate, beta1=0.9, beta2=0.99, epsilon=1e-8, weightDecay=1e-4)
        for step, (loss, leaves) in enumerate(trace(model, weights, batch[:4], "adamw", settings, 4)):
            if step > 0:
                compare_norms(key, step - 1, "param_l2_after_step", stored, leaves, lambda leaf: leaf)
            if step < 4:
                expected = stored[key]["steps"][step]["loss"]
                print(f"{key} step {step} loss {loss.item():.6f}, stored {expected:.6f}")
                compare_norms(key, step, "grad_l2", stored, leaves, lambda leaf: leaf.grad)


def published_numbers(model, weights, batch):
    chunks = []
    with torch.no_grad():
        for tokens in batch.split(32):
            named, _ = transformer(model, weights, tokens)
            trigger = torch.isin(tokens[:, :-1], TRIGGERS)
            sink = named["layers.0.attention.pattern"][:, 0, :, 0][~trigger]
            chunks.append((named["losses"][trigger], sink))
        first_value = named["layers.0.attention.value"][0, 0, 0]
        return dict(
            backcopyRisk=torch.cat([risk for risk, _ in chunks]).mean().item(),
            sinkMass=torch.cat([sink for _, sink in chunks]).mean().item(),
            residualNorm=named["layers.0.residual.out"][0, 0].norm().item(),
            rawValue=first_value.norm().item(),
            value=(weights["layers.0.attention.output.weight"] @ first_value).norm().item(),
        )


def compare_norms(key, step, kind, stored, leaves, of):
    expected = stored[key]["steps"][step][kind]
    assert expected.keys() == leaves.keys()
    apart = {name: abs(of(leaf).norm().item() / expected[name] - 1) for name, leaf in leaves.items()}
    worst = max(apart, key=apart.get)
    print(f"{key} step {step} {kind}: relative difference at most {apart[worst]:.1e} ({worst})")


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    check() if sys.argv[1:] else make()
