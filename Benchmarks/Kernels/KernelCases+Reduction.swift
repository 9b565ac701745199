import Ibex
import IbexGraph

extension KernelCase {
    /// Reductions of 64 MiB along rows, columns and all.
    static let reductions: [KernelCase] = [
        KernelCase(.reduction, "sum of rows of 2048", [wide]) { [$0[0].sum(axis: 1)] },
        KernelCase(.reduction, "sum of rows of 128", [[131072, 128]]) { [$0[0].sum(axis: 1)] },
        KernelCase(.reduction, "sum of rows of 10", [[1_677_721, 10]]) { [$0[0].sum(axis: 1)] },
        KernelCase(.reduction, "sum of 2048 columns", [wide]) { [$0[0].sum(axis: 0)] },
        KernelCase(.reduction, "sum of 64 columns", [[262144, 64]]) { [$0[0].sum(axis: 0)] },
        KernelCase(.reduction, "sum of all", [wide]) { [$0[0].sum()] },
        KernelCase(.reduction, "sum of squares of differences", [wide, wide]) { [($0[0] - $0[1]).square().sum()] },
        KernelCase(.reduction, "largest of rows", [wide]) { [$0[0].max(axis: 1)] },
        KernelCase(.reduction, "position of the largest of rows", [wide]) { [$0[0].argmax(axis: 1)] },
        KernelCase(.reduction, "mean over 56x56 positions", [[20, 56, 56, 256]]) { [$0[0].mean(axes: [1, 2])] },
        KernelCase(.reduction, "mean and variance of channels", [[20, 56, 56, 256]]) {
            let mean = $0[0].mean(axes: [0, 1, 2])
            return [mean, $0[0].square().mean(axes: [0, 1, 2]) - mean.square()]
        },
    ]

    /// Pooling of images of about 64 MiB, and its gradients.
    static let poolings: [KernelCase] = layers.flatMap { name, image, window in
        let result = Shape([
            image[0], window.positions(0, input: image[1]), window.positions(1, input: image[2]), image[3],
        ])
        return [
            KernelCase(.pooling, "maximum, \(name)", [image]) { [.apply(Ops.MaxPool2D(window), $0[0])] },
            KernelCase(.pooling, "average, \(name)", [image]) { [.apply(Ops.AveragePool2D(window), $0[0])] },
            KernelCase(.poolingGradient, "maximum, \(name)", [image, result, result]) {
                [.apply(Ops.MaxPool2DGradient(window), $0[0], $0[1], $0[2])]
            },
            KernelCase(.poolingGradient, "average, \(name)", [result]) {
                [.apply(Ops.AveragePool2DGradient(window, input: image), $0[0])]
            },
        ]
    }

    private static let layers: [(String, Shape, Window)] = [
        ("VGG-16 2x2/2, 224x224x64", [5, 224, 224, 64], Window(size: [2, 2], strides: [2, 2])),
        ("cnn-32 2x2/2, 26x26x32", [775, 26, 26, 32], Window(size: [2, 2], strides: [2, 2])),
        (
            "ResNet-50 3x3/2, 112x112x64", [20, 112, 112, 64],
            Window(size: [3, 3], strides: [2, 2], same: true, input: [112, 112])
        ),
    ]
}
