namespace JobOrchestrator.Shards;

/// <summary>
/// One name of each job of a page, such as its queue: a few names, and by place which of them. Where they are more than a page should
/// hold it says nothing of any. One thread writes, any may read.
/// </summary>
internal sealed class DigestColumn
{
    /// <summary>More names say nothing.</summary>
    public const int NamesMax = 64;

    /// <summary>Nor do longer ones, all together.</summary>
    public const int CharactersMax = 1_024;

    /// <summary>What a text takes beside its characters, about.</summary>
    public const int BytesOfString = 32;

    /// <summary>What the names take at most.</summary>
    public const int NamesBytesMost = (NamesMax * BytesOfString) + (2 * CharactersMax);

    private volatile string?[] _names;
    private volatile byte[]? _indices; // by place; null: the first name, or none at all
    private volatile bool _isOpen;

    public DigestColumn()
        : this([], null, isOpen: false)
    {
    }

    /// <summary>As it was stored.</summary>
    public DigestColumn(string?[] names, byte[]? indices, bool isOpen) => (_names, _indices, _isOpen) = (names, indices, isOpen);

    /// <summary>It says nothing.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>The names.</summary>
    public IReadOnlyList<string?> Names => _names;

    /// <summary>By place which of them; null: always the first.</summary>
    public byte[]? Indices => _indices;

    /// <summary>Bytes in memory, about.</summary>
    public int Bytes => (_indices?.Length ?? 0) + _names.Sum(static name => BytesOfString + (2 * (name?.Length ?? 0)));

    /// <summary>Enters a job's name.</summary>
    /// <param name="place">The job's place.</param>
    /// <param name="name">The name; null: it has none.</param>
    /// <param name="jobs">How many the page has room for.</param>
    public void Add(int place, string? name, int jobs)
    {
        if (_isOpen)
        {
            return;
        }

        string?[] names = _names;
        int index = Array.IndexOf(names, name);
        if (index < 0)
        {
            if (names.Length == NamesMax || names.Sum(static one => one?.Length ?? 0) + (name?.Length ?? 0) > CharactersMax)
            {
                _isOpen = true;
                (_names, _indices) = ([], null);
                return;
            }

            index = names.Length;
            _names = [.. names, name];
        }

        if (index > 0 || _indices is not null)
        {
            byte[] indices = _indices ?? new byte[jobs];
            indices[place] = (byte)index;
            _indices = indices;
        }
    }

    /// <summary>Takes out the places whose names do not fit.</summary>
    /// <param name="fits">Whether a name does.</param>
    /// <param name="among">The places; of each it knows.</param>
    public void Narrow(Func<string?, bool> fits, Places among)
    {
        // The names after what was known of: whoever is known has his among them.
        byte[]? indices = _indices;
        string?[] names = _names;
        if (_isOpen || Array.TrueForAll(names, name => fits(name)))
        {
            return;
        }

        bool[] fitting = Array.ConvertAll(names, name => fits(name));
        if (indices is null && names.Length > 1)
        {
            // A second name has come just now, of a job that was not known of yet.
            indices = new byte[among.Jobs];
        }

        if (indices is null || !Array.Exists(fitting, static fit => fit))
        {
            among.Clear();
            return;
        }

        for (int place = 0; place < indices.Length; place++)
        {
            if (indices[place] < fitting.Length && !fitting[indices[place]])
            {
                among.Remove(place);
            }
        }
    }
}
