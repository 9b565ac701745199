import IbexModels

extension ModelCheckpoint {
    /// A callback that saves with `model.save`, or with `model.saveWeights` where weights alone are wanted.
    ///
    ///     let best = ModelCheckpoint("model-{epoch:02d}-{val_loss:.3f}.h5", monitor: "val_loss", saveBestOnly: true)
    ///
    /// - Parameters:
    ///   - filepath: the template of the file's name; its ending chooses the format, as `save` has it.
    ///   - monitor: the name of the value in logs that says which model is the best.
    ///   - verbose: 1 to print what is saved and why.
    ///   - saveBestOnly: whether to save only when the value is better than the best so far.
    ///   - saveWeightsOnly: whether to save the weights alone.
    ///   - mode: which values are better.
    ///   - saveFrequency: `.epoch`, or a number of batches.
    ///   - initialValueThreshold: the best value to begin with.
    public convenience init(
        _ filepath: String, monitor: String = "val_loss", verbose: Verbosity = 0, saveBestOnly: Bool = false,
        saveWeightsOnly: Bool = false, mode: Mode = .auto, saveFrequency: SaveFrequency = .epoch,
        initialValueThreshold: Double? = nil
    ) {
        self.init(
            filepath, monitor: monitor, verbose: verbose, saveBestOnly: saveBestOnly, saveWeightsOnly: saveWeightsOnly,
            mode: mode, saveFrequency: saveFrequency, initialValueThreshold: initialValueThreshold,
            save: { model, path in
                if saveWeightsOnly { try model.saveWeights(path) } else { try model.save(path) }
            })
    }
}
