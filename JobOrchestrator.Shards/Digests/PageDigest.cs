using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What the finished jobs of one index page are, place by place, in some 2 KB: whoever looks for some of them reads only those that may
/// be wanted. Nothing that it says of a job changes once the job has ended. It may know of some only; of the others it says nothing.
/// One thread writes, any may read.
/// </summary>
internal sealed class PageDigest
{
    private const int BytesBeside = 512;
    private const int ColumnsAndStatus = 5;
    private const int LabelKeysMax = 64;
    private const int LabelKeyCharactersMax = 1_024;

    // By number, for a column holds names.
    private static readonly string[] Statuses = [.. Enumerable.Range(0, 10).Select(number => $"{number}")];

    private volatile IReadOnlyList<string>? _labelKeys;

    /// <summary>It knows of none so far.</summary>
    /// <param name="jobs">How many jobs the page has room for.</param>
    public PageDigest(int jobs)
        : this(new Places(jobs), new DigestColumn(), [new(), new(), new(), new()], [], new Signatures())
    {
    }

    /// <summary>One that knows of some.</summary>
    public PageDigest(
        Places known, DigestColumn status, IReadOnlyList<DigestColumn> names, IReadOnlyList<string>? labelKeys, Signatures texts) =>
        (Known, Status, Names, _labelKeys, Texts) = (known, status, names, labelKeys, texts);

    /// <summary>The places of which it knows.</summary>
    public Places Known { get; }

    /// <summary>The places where there is no job to be found; null: that is not known.</summary>
    public Places? Empty { get; private set; }

    /// <summary>How many jobs the page has room for.</summary>
    public int Jobs => Known.Jobs;

    /// <summary>
    /// Which of them were created when, from the first to the last, by their own word and by their ids': ids are made by the time of the
    /// process that is asked, which may be another than the shard's.
    /// </summary>
    public DigestTimes Created { get; init; } = new();

    /// <summary>Which of them ended when.</summary>
    public DigestTimes Finished { get; init; } = new();

    /// <summary>Their statuses.</summary>
    public DigestColumn Status { get; }

    /// <summary>Their names, in the order of <see cref="DigestName"/>.</summary>
    public IReadOnlyList<DigestColumn> Names { get; }

    /// <summary>The keys of their labels; null: they are many.</summary>
    public IReadOnlyList<string>? LabelKeys => _labelKeys;

    /// <summary>Their texts.</summary>
    public Signatures Texts { get; }

    /// <summary>What it takes in memory, about.</summary>
    public long Bytes =>
        BytesBeside + Texts.Bytes + Status.Bytes + Names.Sum(static column => column.Bytes) + (_labelKeys?.Sum(BytesOf) ?? 0);

    /// <summary>What one takes in memory at most, about, while it grows.</summary>
    public static long BytesMost(int jobs) =>
        BytesBeside
        + (jobs * ((Signatures.BitsMost / 8) + ColumnsAndStatus))
        + (ColumnsAndStatus * DigestColumn.NamesBytesMost)
        + (LabelKeysMax * BytesOf("")) + (2 * LabelKeyCharactersMax);

    /// <summary>A job of the page has ended.</summary>
    public void Add(int place, Job job)
    {
        if (Known.Has(place))
        {
            return;
        }

        Status.Add(place, Statuses[(int)job.Status], Jobs);
        Of(DigestName.Queue).Add(place, job.Queue, Jobs);
        Of(DigestName.Type).Add(place, job.Type, Jobs);
        Of(DigestName.Owner).Add(place, job.Owner, Jobs);
        Of(DigestName.Error).Add(place, job.Error?.Type, Jobs);
        foreach (ulong hash in TextHash.AllOf(job))
        {
            Texts.Add(place, hash, Jobs);
        }

        foreach ((string key, _) in job.Labels.All)
        {
            AddLabelKey(key);
        }

        Created.Add(job.CreatedAt);
        Created.Add(job.Id.CreatedAt);
        Finished.Add(job.FinishedAt ?? job.UpdatedAt);

        // Last of all: who sees it known sees the rest.
        Known.Add(place);
    }

    /// <summary>Notes where the page has ids.</summary>
    public void NoteIds(ReadOnlySpan<Guid> ids)
    {
        var empty = new Places(Jobs);
        for (int place = 0; place < Jobs; place++)
        {
            if (place >= ids.Length || ids[place] == Guid.Empty)
            {
                empty.Add(place);
            }
        }

        Empty = empty;
    }

    /// <summary>Takes out the places whose jobs have another status.</summary>
    public void NarrowStatus(Func<JobStatus, bool> fits, Places among) =>
        Status.Narrow(name => fits((JobStatus)(name![0] - '0')), among);

    /// <summary>Takes out the places whose names do not fit; null is the name of those that have none.</summary>
    public void Narrow(DigestName name, Func<string?, bool> fits, Places among) => Of(name).Narrow(fits, among);

    /// <summary>Takes out the places whose jobs have none of these texts.</summary>
    public void Narrow(ReadOnlySpan<ulong> hashes, Places among) => Texts.Narrow(hashes, among);

    /// <summary>The places at which there may be a job that is looked for.</summary>
    /// <param name="known">The places that it knew of.</param>
    /// <param name="fitting">Those of them that may be wanted.</param>
    public Places Candidates(Places known, Places fitting)
    {
        var candidates = new Places(Jobs);
        Places? empty = Empty;
        for (int word = 0; word < candidates.Words.Length; word++)
        {
            candidates.Words[word] = (~known.Words[word] | fitting.Words[word]) & ~(empty is null ? 0 : empty.Words[word]);
        }

        return candidates;
    }

    /// <summary>
    /// The same in less memory. What is added to the one is not known to the other: whoever has this one at hand goes by its own texts.
    /// </summary>
    public PageDigest Folded() =>
        new(Known.Copy(), Status, Names, _labelKeys, Texts.Folded(Jobs, Known.Count))
        {
            Created = Created,
            Finished = Finished,
            Empty = Empty,
        };

    private DigestColumn Of(DigestName name) => Names[(int)name - 1];

    private static int BytesOf(string text) => DigestColumn.BytesOfString + (2 * text.Length);

    private void AddLabelKey(string key)
    {
        if (_labelKeys is { } keys && !keys.Contains(key))
        {
            bool isRoom = keys.Count < LabelKeysMax && keys.Sum(static known => known.Length) + key.Length <= LabelKeyCharactersMax;
            _labelKeys = isRoom ? [.. keys, key] : null;
        }
    }
}
