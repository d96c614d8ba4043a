namespace JobOrchestrator.Simulation.Oracles;

/// <summary>A document as it lies in the store at the moment, whatever commits say of it.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Key">The same, taken apart.</param>
/// <param name="Stamp">The commit that it says it is of, if it does.</param>
/// <param name="IsMark">It only stands for a job or document that is gone.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Places">
/// Places of a page, of which its versions never have fewer: ids are only ever added, or give way to empty ones. A retired page whose jobs
/// have all gone has none, and counts as having most: that is its last version.
/// </param>
internal sealed record StoredDocument(string Name, DocumentKey Key, Stamp? Stamp, bool IsMark, int Bytes, int Places);
