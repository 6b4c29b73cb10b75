"""The same training step in PyTorch on the same card, for what `bb bench` says of it.

Prints tokens/s of the workloads paper, deep and laptop, eager and compiled, in float32 and TF32: the model of PyTorchModel.java,
random tokens that lie on the card, AdamW fused.
"""

import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY = 67
WORKLOADS = {  # batch, length, width, MLP, layers
    "paper": (512, 256, 256, 1024, 1),
    "deep": (512, 256, 256, 1024, 3),
    "laptop": (64, 128, 64, 256, 1),
}


class Layer(nn.Module):
    def __init__(self, width, mlp):
        super().__init__()
        self.attention_norm, self.mlp_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.up, self.down = nn.Linear(width, mlp, bias=False), nn.Linear(mlp, width, bias=False)

    def forward(self, h):
        q, k, v = (x.unsqueeze(1) for x in self.query_key_value(self.attention_norm(h)).chunk(3, -1))
        h = h + self.output(F.scaled_dot_product_attention(q, k, v, is_causal=True).squeeze(1))
        return h + self.down(F.relu(self.up(self.mlp_norm(h))))


class Transformer(nn.Module):
    def __init__(self, length, width, mlp, layers):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, width)
        self.positions = nn.Parameter(torch.randn(length, width))
        self.layers = nn.ModuleList(Layer(width, mlp) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.unembedding = nn.Linear(width, VOCABULARY, bias=False)

    def forward(self, inputs, targets):
        h = self.tokens(inputs) + self.positions
        for layer in self.layers:
            h = layer(h)
        return F.cross_entropy(self.unembedding(self.norm(h)).flatten(0, 1), targets.flatten())


def tokens_per_second(name, compiled, seconds=2.0):
    batch, length, width, mlp, layers = WORKLOADS[name]
    torch.manual_seed(42)
    model = Transformer(length, width, mlp, layers).cuda()
    optimizer = torch.optim.AdamW(model.parameters(), 3e-4, (0.9, 0.99), 1e-8, 1e-4, fused=True)
    batches = torch.randint(0, VOCABULARY, (8, batch, length + 1), device="cuda")
    run = torch.compile(model, mode="max-autotune" if compiled == "max-autotune" else None) if compiled else model

    def step(n):
        optimizer.zero_grad(set_to_none=True)
        loss = run(batches[n % 8, :, :-1], batches[n % 8, :, 1:])
        loss.backward()
        optimizer.step()

    for n in range(20):
        step(n)
    torch.cuda.synchronize()
    start, steps = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        for n in range(10):
            step(n)
        torch.cuda.synchronize()
        steps += 10
    return steps * batch * length / (time.perf_counter() - start)


def main():
    print(torch.__version__, torch.cuda.get_device_name())
    for compiled in (None, "default", "max-autotune"):  # the slowest to prepare last
        for tf32 in (False, True):
            torch.backends.cuda.matmul.allow_tf32 = tf32
            for name in WORKLOADS:
                try:
                    rate = f"{tokens_per_second(name, compiled):,.0f} tokens/s"
                except Exception as failure:  # a mode that this build cannot compile is a finding, not the end
                    rate = f"failed: {failure}"
                print(f"{name:8} {'tf32' if tf32 else 'float32':8} {compiled or 'eager':14} {rate}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
