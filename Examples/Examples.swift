import ArgumentParser
import Ibex

/// `examples`: runs one of the tutorials beside this file.
@main
struct Examples: ParsableCommand {
    enum Tutorial: String, CaseIterable, ExpressibleByArgument {
        case sigmoidMLP = "sigmoid-mlp"
        case regularizedMLP = "regularized-mlp"
        case wideMLP = "wide-mlp"
        case convolutionFilters = "convolution-filters"
        case fineTuning = "fine-tuning"
        case stoppingEarly = "stopping-early"
        case bestModels = "best-models"
        case learningRates = "learning-rates"
    }

    static let configuration = CommandConfiguration(
        commandName: "examples", abstract: "Run one of Keras's tutorial programs, written in Swift.",
        discussion: "They train on MNIST where a folder has it, else on the 1,797 digits that travel with Ibex.")

    @Argument(help: "Which one.")
    var tutorial: Tutorial

    @Option(help: "mnist, which is fetched where no folder has it, or digits.")
    var data: DigitImages.Source?

    @Option(help: "Epochs (default: the tutorial's own; twenty times as many for the digits, which are few).")
    var epochs: Int?

    @Option(help: "A folder for the pictures that convolution-filters draws.")
    var pictures = "."

    @Option(help: "A folder for the models that best-models saves.")
    var models = "models"

    func run() throws {
        setRandomSeed(42)
        let images = try data.map { try DigitImages($0) } ?? DigitImages()
        print("\(tutorial.rawValue): \(images.train.x.shape[0]) images of \(images.source.rawValue)")
        func passes(_ usual: Int) -> Int { epochs ?? (images.source == .mnist ? usual : 20 * usual) }
        switch tutorial {
        case .sigmoidMLP: try sigmoidMLP(images, epochs: passes(5))
        case .regularizedMLP: try regularizedMLP(images, epochs: passes(5))
        case .wideMLP: try wideMLP(images, epochs: passes(5))
        case .convolutionFilters: try convolutionFilters(images, epochs: passes(6), pictures: pictures)
        case .fineTuning: try fineTuning(images, epochs: passes(3))
        case .stoppingEarly: try stoppingEarly(images, epochs: passes(50))
        case .bestModels: try bestModels(images, epochs: passes(5), models: models)
        case .learningRates: try learningRates(images, epochs: passes(5))
        }
    }
}
