"""MXFP4: 32 weights along the input share a power of two, each is one of 0, .5, 1, 1.5, 2, 3, 4, 6 with a sign."""
import torch

VALUES = torch.tensor([0, .5, 1, 1.5, 2, 3, 4, 6, -0., -.5, -1, -1.5, -2, -3, -4, -6])


def exponents(groups):
    """The largest weight of a group falls into 3 … 6; just above 6·2^e·(7/6) the next exponent loses less than clipping does."""
    largest = groups.abs().amax(-1, keepdim=True).clamp_min(1e-30)
    exponent = torch.floor(torch.log2(largest)) - 2
    return exponent + (largest > 7 * torch.exp2(exponent))


def to_fp4(scaled):
    size = scaled.abs().clamp_max(6)
    step = torch.where(size < 2, 0.5, torch.where(size < 4, 1.0, 2.0))
    return torch.round(size / step) * step * torch.sign(scaled)


def rounded(weight):
    """The weight as the exported model will have it."""
    groups = weight.unflatten(-1, (-1, 32))
    scale = torch.exp2(exponents(groups))
    return (to_fp4(groups / scale) * scale).flatten(-2)


def packed(weight):
    """Blocks and scales of the checkpoint layout: low nibble first."""
    groups = weight.float().unflatten(-1, (-1, 32))
    exponent = exponents(groups)
    values = to_fp4(groups / torch.exp2(exponent))
    codes = (values.abs()[..., None] == VALUES[:8]).to(torch.uint8).argmax(-1).to(torch.uint8)
    codes = codes | ((values < 0).to(torch.uint8) << 3)
    return codes[..., 0::2] | (codes[..., 1::2] << 4), (exponent.squeeze(-1) + 127).to(torch.uint8)


def unpacked(blocks, scales):
    codes = torch.stack((blocks & 15, blocks >> 4), -1).flatten(-2).long()
    return (VALUES[codes] * torch.exp2(scales.float() - 127)[..., None]).flatten(-2)
