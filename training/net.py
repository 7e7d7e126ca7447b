"""The text net in PyTorch: fully convolutional, depthwise-separable, about 73,000 parameters."""

import torch
from torch import nn
from torch.nn import functional

PLANES = (32, 56, 88)  # at a quarter, an eighth and a sixteenth of the resolution


def pointwise(planes_in: int, planes_out: int) -> nn.Sequential:
    """Return a 1 x 1 convolution with batch normalisation (folded into it by the ONNX export) and ReLU."""
    return nn.Sequential(nn.Conv2d(planes_in, planes_out, 1, bias=False), nn.BatchNorm2d(planes_out), nn.ReLU())


class Separable(nn.Module):
    """A depthwise 3 x 3 and a pointwise convolution; what goes in is added where the shapes allow it."""

    def __init__(self, planes_in: int, planes_out: int, *, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        self.depthwise = nn.Sequential(
            nn.Conv2d(
                planes_in, planes_in, 3, stride, padding=dilation, dilation=dilation, groups=planes_in, bias=False
            ),
            nn.BatchNorm2d(planes_in),
        )
        self.pointwise = pointwise(planes_in, planes_out)
        self.adds = stride == 1 and planes_in == planes_out

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the planes after both convolutions."""
        y = self.pointwise(self.depthwise(x))
        return x + y if self.adds else y


class TextNet(nn.Module):
    """Two views of a frame in, the logit of `here is a line of text` at a quarter of the resolution out."""

    def __init__(self) -> None:
        super().__init__()
        quarter, eighth, sixteenth = PLANES
        self.stem = nn.Sequential(
            nn.Conv2d(2, quarter, 6, 4, padding=1, bias=False), nn.BatchNorm2d(quarter), nn.ReLU()
        )
        self.fine = nn.Sequential(Separable(quarter, quarter), Separable(quarter, quarter))
        self.middle = nn.Sequential(
            Separable(quarter, eighth, stride=2), Separable(eighth, eighth), Separable(eighth, eighth, dilation=2)
        )
        self.coarse = nn.Sequential(
            Separable(eighth, sixteenth, stride=2),
            Separable(sixteenth, sixteenth),
            Separable(sixteenth, sixteenth, dilation=2),
            Separable(sixteenth, sixteenth, dilation=3),
            Separable(sixteenth, sixteenth),
        )
        self.to_eighth = nn.Conv2d(sixteenth, eighth, 1)
        self.at_eighth = nn.Sequential(Separable(eighth, eighth), Separable(eighth, eighth))
        self.to_quarter = nn.Conv2d(eighth, quarter, 1)
        self.at_quarter = Separable(quarter, quarter)
        self.head = nn.Conv2d(quarter, 1, 1)
        nn.init.constant_(self.head.bias, -3.0)  # text is rare

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (n, 1, rows / 4, columns / 4), of views, shape (n, 2, rows, columns)."""
        fine = self.fine(self.stem(x))
        middle = self.middle(fine)
        coarse = self.coarse(middle)
        middle = self.at_eighth(middle + functional.interpolate(self.to_eighth(coarse), scale_factor=2.0))
        fine = self.at_quarter(fine + functional.interpolate(self.to_quarter(middle), scale_factor=2.0))
        return self.head(fine)


class Probability(nn.Module):
    """What is exported: the net with a sigmoid behind it."""

    def __init__(self, net: TextNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the probability of a line of text at a quarter of the resolution."""
        return torch.sigmoid(self.net(x))
