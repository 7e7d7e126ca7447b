"""Write the net as ONNX, such that OpenCV's dnn and onnxruntime answer alike."""

import copy
from pathlib import Path

import onnx
import torch

from training.net import Probability, TextNet


def export(net: TextNet, path: Path) -> None:
    """Write the net with its batch normalisation folded in; rows and columns are free multiples of 16."""
    whole = Probability(folded(net)).eval()
    free = {"x": {2: "rows", 3: "columns"}, "p": {2: "quarter_rows", 3: "quarter_columns"}}
    torch.onnx.export(
        whole,
        (torch.zeros(1, 2, 64, 96),),
        str(path),
        input_names=["x"],
        output_names=["p"],
        dynamic_axes=free,
        opset_version=17,
        dynamo=False,
    )
    onnx.checker.check_model(onnx.load(path))


def folded(net: TextNet) -> TextNet:
    """Return a copy of the net in which each convolution has taken in the normalisation behind it."""
    net = copy.deepcopy(net).eval()
    for parent in list(net.modules()):
        if isinstance(parent, torch.nn.Sequential):
            for index in range(len(parent) - 1):
                first, second = parent[index], parent[index + 1]
                if isinstance(first, torch.nn.Conv2d) and isinstance(second, torch.nn.BatchNorm2d):
                    parent[index] = torch.nn.utils.fuse_conv_bn_eval(first, second)
                    parent[index + 1] = torch.nn.Identity()
    return net
