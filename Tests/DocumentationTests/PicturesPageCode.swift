import Ibex
import IbexPictures

// The code of Documentation/Pictures.md: what stands between the marks is shown there as it is here, in this order.

// page: training
func drawTraining(_ history: History, in folder: String) throws {
    try history.plot().write(to: folder + "/history.png")
    try history.plot(metrics: ["accuracy"], monitor: "val_accuracy").write(to: folder + "/accuracy.svg")
    // From numbers of any source, such as a CSV log; nil where an epoch has no value.
    let logs: [String: [Double?]] = ["loss": [0.9, 0.5, 0.4], "val_loss": [0.8, nil, 0.6]]
    try Picture.history(logs, title: "Yesterday's training").write(to: folder + "/logs.png")
}
// end

// page: mistakes
func drawMistakes(_ model: Model, _ x: Tensor, _ y: Tensor, in folder: String) throws {
    let probabilities = try model.predict(x, verbose: 0)
    let classes = probabilities.argmax(axis: -1)
    try Picture.confusionMatrix(y, classes, numClasses: 10).write(to: folder + "/confusion.png")
    try Picture.confusionMatrix(y, classes, numClasses: 10, normalized: true).write(to: folder + "/percent.png")
    try Picture.imageGrid(x[..<20], labels: y[..<20], predictions: classes[..<20]).write(to: folder + "/first.png")
    try Picture.mistakes(x, labels: y, predictions: classes, numClasses: 10).write(to: folder + "/mistakes.png")
    try Picture.confidenceHistogram(probabilities, labels: y).write(to: folder + "/confidence.png")
    let image = try ImageBuffer.images(x[..<1])[0]
    try Picture.probabilities(probabilities[0], image: image).write(to: folder + "/probabilities.png")
}
// end

// page: convolution
func drawConvolution(_ model: Model, _ x: Tensor, in folder: String) throws {
    try Picture.filters(of: model.getLayer(named: "convolution")).write(to: folder + "/filters.png")
    try Picture.activations(of: "convolution", in: model, for: x[..<1]).write(to: folder + "/activations.png")
    try plotModel(model, toFile: folder + "/model.png", showShapes: true, showLayerNames: true, expandNested: true)
}
// end

// page: terminal
func printTraining(_ history: History) throws {
    try history.plot().show()
    print(try history.plot(width: 500).terminalText(.blocks, columns: 80))
}
// end
