namespace JobOrchestrator.Core;

/// <summary>
/// What callers file a job under, to find it again: short texts by short keys, of which the orchestrator understands nothing. In the
/// order of the keys; equal where they say the same.
/// </summary>
public sealed class JobLabels : IEquatable<JobLabels>
{
    /// <summary>Most labels of a job.</summary>
    public const int CountMax = 16;

    /// <summary>Longest key, in characters.</summary>
    public const int KeyCharactersMax = 64;

    /// <summary>Longest value, in characters.</summary>
    public const int ValueCharactersMax = 128;

    // Beside the texts: four quotes, colon and comma, in a document that is kept as a string the quotes twice.
    private const int BytesBeside = 10;

    private readonly KeyValuePair<string, string>[] _labels;

    private JobLabels(KeyValuePair<string, string>[] labels) => _labels = labels;

    /// <summary>No labels.</summary>
    public static JobLabels None { get; } = new([]);

    /// <summary>How many they are.</summary>
    public int Count => _labels.Length;

    /// <summary>All of them, in the order of the keys.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> All => _labels;

    /// <summary>The value of a key; null: there is none.</summary>
    public string? this[string key]
    {
        get
        {
            // So few are looked through faster than hashed.
            foreach (KeyValuePair<string, string> label in _labels)
            {
                if (label.Key == key)
                {
                    return label.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Labels of their own.</summary>
    /// <param name="labels">Each key once.</param>
    public static JobLabels Of(IEnumerable<KeyValuePair<string, string>> labels)
    {
        KeyValuePair<string, string>[] ordered = [.. labels.OrderBy(label => label.Key, StringComparer.Ordinal)];
        return ordered.Length == 0 ? None : new JobLabels(ordered);
    }

    /// <summary>
    /// Whether a text can be a key: 1 to <see cref="KeyCharactersMax"/> of the letters of ASCII, digits, dots, underscores and minus
    /// signs, the first of them a letter or digit.
    /// </summary>
    public static bool IsKey(string text)
    {
        if (text.Length is 0 or > KeyCharactersMax || !char.IsAsciiLetterOrDigit(text[0]))
        {
            return false;
        }

        foreach (char character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>These with some set, and without those whose new value is null.</summary>
    public JobLabels With(IReadOnlyDictionary<string, string?> changes) => Of(
        _labels.Where(label => !changes.ContainsKey(label.Key)).Concat(
            changes.Where(change => change.Value is not null).Select(change => KeyValuePair.Create(change.Key, change.Value!))));

    /// <summary>A bound on the bytes that they need in a document.</summary>
    internal int DocumentBytesMax
    {
        get
        {
            int bytes = 0;
            foreach ((string key, string value) in _labels)
            {
                bytes += BytesBeside + DocumentSize.Of(key) + DocumentSize.Of(value);
            }

            return bytes;
        }
    }

    /// <inheritdoc/>
    public bool Equals(JobLabels? other) => other is not null && (ReferenceEquals(this, other) || _labels.SequenceEqual(other._labels));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JobLabels);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach ((string key, string value) in _labels)
        {
            hash.Add(key, StringComparer.Ordinal);
            hash.Add(value, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }
}
