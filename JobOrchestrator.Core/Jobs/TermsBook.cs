namespace JobOrchestrator.Core;

/// <summary>The terms that jobs have in common, each once; as many as a shard may see in a while, and from then on anew.</summary>
internal sealed class TermsBook
{
    // Callers make up types and owners: a book that is full helps nobody.
    private const int Most = 1_024;

    private readonly HashSet<JobTerms> _known = [];

    /// <summary>The object to use in place of this one, which says the same.</summary>
    public JobTerms Of(JobTerms terms)
    {
        if (_known.TryGetValue(terms, out JobTerms? known))
        {
            return known;
        }

        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        _known.Add(SharedPart.Share(terms));
        return terms;
    }
}
