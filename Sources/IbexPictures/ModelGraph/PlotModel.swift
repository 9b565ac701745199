import IbexGraph
import IbexModels

/// Which way the layers of `plotModel` follow each other.
public enum RankDirection: String, Sendable, Hashable {
    /// From top to bottom.
    case topToBottom = "TB"
    /// From left to right.
    case leftToRight = "LR"
}

/// Draws a model as a graph of its layers, as Keras's `plot_model`.
///
///     try plotModel(model, toFile: "model.png", showShapes: true, showLayerNames: true)
///
/// Inputs have a green band, layers with weights a blue one. A layer that is called several times has a box for each call,
/// which says so. A model of a class of its own, whose calls are not known, shows the layers that it holds without lines.
///
/// - Parameters:
///   - toFile: where to write it, as a PNG or an SVG by the extension; nowhere by default.
///   - showShapes: the shapes of inputs and outputs; showDtype: the type of the output.
///   - showLayerNames: the names of the layers before their classes.
///   - rankdir: from top to bottom or from left to right.
///   - expandNested: whether the layers of a model inside the model are drawn in its place.
///   - dpi: pixels per inch of a PNG, at 96 points an inch.
///   - showLayerActivations: the activation of the layers that have one.
///   - showTrainable: whether the layers with weights are trained.
/// - Throws: `IbexError` where the file cannot be written or has another extension.
@discardableResult
public func plotModel(
    _ model: Model, toFile: String? = nil, showShapes: Bool = false, showDtype: Bool = false,
    showLayerNames: Bool = false, rankdir: RankDirection = .topToBottom, expandNested: Bool = false,
    dpi: Double = 200, showLayerActivations: Bool = false, showTrainable: Bool = false
) throws -> Picture {
    let shown = ModelGraph.Shown(
        shapes: showShapes, dtype: showDtype, layerNames: showLayerNames, isLevel: rankdir == .leftToRight,
        nested: expandNested, activations: showLayerActivations, trainable: showTrainable)
    let graph = ModelGraph(model, shown).drawing
    let margin = ChartSheet.margin
    var drawing = Drawing()
    drawing.add(graph.drawing, at: Point(margin, margin))
    let picture = drawing.picture(width: graph.width + 2 * margin, height: graph.height + 2 * margin)
    if let toFile { try picture.write(to: toFile, scale: dpi / 96) }
    return picture
}
