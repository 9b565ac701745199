import Ibex
import IbexGraph

/// A convolution layer of a known network, padded to keep its size unless said otherwise.
private struct ConvolutionLayer: Sendable {
    let network: String
    let batch, size, channels, filters, window: Int
    var stride = 1
    var isValid = false
    var isDepthwise = false

    var groups: Int { isDepthwise ? channels : 1 }
    var image: Shape { [batch, size, size, channels] }
    var filter: Shape { [window, window, channels / groups, filters] }
    var place: Window {
        Window(size: [window, window], strides: [stride, stride], same: !isValid, input: [size, size])
    }
    var positions: Int { place.positions(0, input: size) }
    var result: Shape { [batch, positions, positions, filters] }
    var flops: Double { 2 * Double(result.elementCount) * Double(window * window * channels / groups) }
    var name: String {
        let by = stride > 1 ? "/\(stride)" : ""
        return "\(network), batch \(batch): \(window)x\(window)\(by), \(size)x\(size)x\(channels) to \(filters)"
    }

    func forward(_ family: KernelFamily) -> KernelCase {
        KernelCase(family, name, [image, filter], flops: flops) {
            [.apply(Ops.Convolution2D(place, groups: groups), $0[0], $0[1])]
        }
    }

    var inputGradient: KernelCase {
        KernelCase(
            isDepthwise ? .depthwise : .inputGradient, isDepthwise ? "input gradient, \(name)" : name,
            [result, filter], flops: flops
        ) {
            [.apply(Ops.Convolution2DInputGradient(place, groups: groups, input: image), $0[0], $0[1])]
        }
    }

    var filterGradient: KernelCase {
        KernelCase(
            isDepthwise ? .depthwise : .filterGradient, isDepthwise ? "filter gradient, \(name)" : name,
            [image, result], flops: flops
        ) {
            [.apply(Ops.Convolution2DFilterGradient(place, groups: groups, filter: filter), $0[0], $0[1])]
        }
    }
}

extension KernelCase {
    static let convolutions =
        small.map { $0.forward(.convolution).unrated } + (single + batched).map { $0.forward(.convolution) }
        + small.filter { $0.channels > 1 }.map(\.inputGradient.unrated) + batched.map(\.inputGradient)
        + small.map(\.filterGradient.unrated) + batched.map(\.filterGradient)
        + pointwise.map { $0.forward(.pointwise) } + depthwise.map { $0.forward(.depthwise) }
        + depthwise.suffix(3).flatMap { [$0.inputGradient, $0.filterGradient] }

    private static let small = [
        ConvolutionLayer(
            network: "cnn-32", batch: 128, size: 28, channels: 1, filters: 32, window: 3, isValid: true),
        ConvolutionLayer(
            network: "cnn-32-64", batch: 128, size: 26, channels: 32, filters: 64, window: 3, isValid: true),
        ConvolutionLayer(network: "LeNet", batch: 32, size: 14, channels: 6, filters: 16, window: 5, isValid: true),
    ]

    private static let single = [
        ConvolutionLayer(network: "VGG-16", batch: 1, size: 224, channels: 64, filters: 64, window: 3),
        ConvolutionLayer(network: "VGG-16", batch: 1, size: 28, channels: 512, filters: 512, window: 3),
        ConvolutionLayer(network: "ResNet-50", batch: 1, size: 224, channels: 3, filters: 64, window: 7, stride: 2),
        ConvolutionLayer(network: "ResNet-50", batch: 1, size: 14, channels: 256, filters: 256, window: 3),
    ]

    private static let batched = [
        ConvolutionLayer(network: "VGG-16", batch: 4, size: 112, channels: 128, filters: 128, window: 3),
        ConvolutionLayer(network: "VGG-16", batch: 32, size: 14, channels: 512, filters: 512, window: 3),
        ConvolutionLayer(network: "ResNet-50", batch: 32, size: 56, channels: 64, filters: 64, window: 3),
        ConvolutionLayer(network: "ResNet-50", batch: 32, size: 28, channels: 128, filters: 128, window: 3),
        ConvolutionLayer(network: "ResNet-50", batch: 32, size: 28, channels: 256, filters: 256, window: 3, stride: 2),
        ConvolutionLayer(network: "ResNet-50", batch: 32, size: 7, channels: 512, filters: 512, window: 3),
    ]

    private static let pointwise = [
        ConvolutionLayer(network: "ResNet-50", batch: 32, size: 56, channels: 64, filters: 256, window: 1),
        ConvolutionLayer(network: "ResNet-50", batch: 1, size: 28, channels: 512, filters: 128, window: 1),
        ConvolutionLayer(network: "ResNet-50", batch: 32, size: 14, channels: 1024, filters: 256, window: 1),
        ConvolutionLayer(
            network: "ResNet-50", batch: 32, size: 56, channels: 256, filters: 512, window: 1, stride: 2),
        ConvolutionLayer(network: "MobileNet", batch: 32, size: 14, channels: 512, filters: 512, window: 1),
        ConvolutionLayer(network: "MobileNet", batch: 1, size: 112, channels: 32, filters: 64, window: 1),
    ]

    private static let depthwise = [
        (1, 112, 32, 1), (32, 112, 32, 1), (32, 56, 128, 1), (32, 56, 128, 2), (32, 14, 512, 1),
    ].map { batch, size, channels, stride in
        ConvolutionLayer(
            network: "MobileNet", batch: batch, size: size, channels: channels, filters: channels, window: 3,
            stride: stride, isDepthwise: true)
    }
}
