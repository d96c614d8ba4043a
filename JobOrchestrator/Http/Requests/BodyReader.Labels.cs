using JobOrchestrator.Core;

namespace JobOrchestrator.Http;

/// <summary>Labels: the one object whose members the caller names.</summary>
internal ref partial struct BodyReader
{
    /// <summary>An object of labels; null as a value stands for none of that key. Null: there is no object.</summary>
    /// <param name="countMax">Most members.</param>
    public Dictionary<string, string?>? Labels(int countMax)
    {
        if (!EnterObject())
        {
            return null;
        }

        var labels = new Dictionary<string, string?>(StringComparer.Ordinal);
        bool isFull = false;
        while (NextMember())
        {
            string key = NameText();
            isFull = labels.Count == countMax;
            if (isFull)
            {
                // The rest is passed over.
                Ignore();
            }
            else if (!JobLabels.IsKey(key))
            {
                RefuseValue(
                    $"A label's key has 1 to {JobLabels.KeyCharactersMax} letters of ASCII, digits, dots, underscores and minus signs, "
                    + "and begins with a letter or a digit.");
                Ignore();
            }
            else if (!labels.TryAdd(NamePool.Get(key), Name(JobLabels.ValueCharactersMax)))
            {
                RefuseValue(SaidTwice);
            }
        }

        Leave();
        if (isFull)
        {
            Refuse("labels", $"At most {countMax} labels.");
        }

        return labels;
    }
}
