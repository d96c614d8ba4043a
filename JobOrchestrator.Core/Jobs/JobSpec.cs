namespace JobOrchestrator.Core;

/// <summary>
/// What a submission says about its job and nobody changes afterwards: one object for all versions of a job, and for the job that runs
/// it again. Beside it stand what is changed later (state by workers, runAt, priority and labels by callers) and what belongs to the one
/// act of submitting (id, idempotency key, onDuplicate, retryOf). A submission that takes a job's place brings a spec of its own, and so
/// does a job that goes to another queue. What many jobs have in common is one object for all of them (<see cref="TermsBook"/>).
/// </summary>
public sealed record JobSpec
{
    private JobTerms _terms = new();
    private TraceContext _trace;
    private VendorTrace? _vendor;

    public JobSpec()
    {
    }

    private JobSpec(JobSpec original)
    {
        _terms = SharedPart.Share(original._terms);
        _trace = original._trace;
        _vendor = original._vendor;
        ExternalId = original.ExternalId;
        Input = original.Input;
        UniqueKey = original.UniqueKey;
    }

    public required string Type
    {
        get => _terms.Type;
        init => Terms.Type = value;
    }

    public required string Queue
    {
        get => _terms.Queue;
        init => Terms.Queue = value;
    }

    /// <summary>The service that the job belongs to.</summary>
    public string? Owner
    {
        get => _terms.Owner;
        init => Terms.Owner = value;
    }

    /// <summary>The caller's own id, unique among the owner's jobs in the queue while the job is live.</summary>
    public string? ExternalId { get; init; }

    /// <summary>What the worker gets. In memory a long one may be left in the store (<see cref="JsonText.LeftIn"/>).</summary>
    public JsonText? Input { get; init; }

    /// <summary>N means N + 1 attempts; null means no limit.</summary>
    public int? MaxRetries
    {
        get => _terms.MaxRetries;
        init => Terms.MaxRetries = value;
    }

    public Backoff Backoff
    {
        get => _terms.Backoff;
        init => Terms.Backoff = value;
    }

    /// <summary>Seconds of silence allowed between two heartbeats.</summary>
    public required int LeaseSeconds
    {
        get => _terms.LeaseSeconds;
        init => Terms.LeaseSeconds = value;
    }

    /// <summary>Seconds allowed in all, from runAt as submitted; null means no limit.</summary>
    public int? TimeLimitSeconds
    {
        get => _terms.TimeLimitSeconds;
        init => Terms.TimeLimitSeconds = value;
    }

    /// <summary>No second job of the owner in the queue has it while the job is live.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>
    /// How long after creation <see cref="UniqueKey"/> stays taken although the job has ended; at most until it expires.
    /// </summary>
    public int? UniqueSeconds
    {
        get => _terms.UniqueSeconds;
        init => Terms.UniqueSeconds = value;
    }

    /// <summary>False: the job lives in its holder's memory only and dies with it.</summary>
    public bool Durable
    {
        get => _terms.Durable;
        init => Terms.Durable = value;
    }

    /// <summary>The W3C trace context that submitted it.</summary>
    public string? Traceparent
    {
        get => _vendor?.Unparsed ?? (_trace.IsThere ? _trace.ToString() : null);
        init
        {
            _trace = TraceContext.TryParse(value, out TraceContext trace) ? trace : default;
            _vendor = VendorTrace.Of(_trace.IsThere ? null : value, _vendor?.State);
        }
    }

    /// <summary>What the vendors of that trace keep beside it, as it came; null without <see cref="Traceparent"/>.</summary>
    public string? Tracestate
    {
        get => _vendor?.State;
        init => _vendor = VendorTrace.Of(_vendor?.Unparsed, value);
    }

    /// <summary><see cref="Traceparent"/> in numbers, for writers; not there: there is none, or it is of another version.</summary>
    public TraceContext Trace => _trace;

    /// <inheritdoc cref="Job.TraceId"/>
    public string? TraceId => _trace.IsThere ? _trace.TraceId
        : Traceparent is { Length: >= 35 } parent ? parent.Substring(3, 32)
        : null;

    /// <summary>A bound on the bytes that these texts need in the stored document; every new one is added here.</summary>
    internal int DocumentBytesMax =>
        DocumentSize.Of(Input) + DocumentSize.Of(Type) + DocumentSize.Of(Queue) + DocumentSize.Of(Owner) + DocumentSize.Of(ExternalId)
        + DocumentSize.Of(UniqueKey) + (_trace.IsThere ? DocumentSize.OfText(TraceContext.Characters) : 0)
        + DocumentSize.Of(_vendor?.Unparsed) + DocumentSize.Of(_vendor?.State);

    // For the version that is being made.
    private JobTerms Terms => _terms.IsShared ? _terms = _terms with { } : _terms;

    /// <summary>What it has in common with others is one object with theirs from now on; nobody sees a difference.</summary>
    internal void ShareTerms(TermsBook book) => _terms = book.Of(_terms);

    /// <summary>What is rare of a trace: a parent that is not of version 00, and what vendors keep.</summary>
    private sealed record VendorTrace(string? Unparsed, string? State)
    {
        public static VendorTrace? Of(string? unparsed, string? state) =>
            unparsed is null && state is null ? null : new VendorTrace(unparsed, state);
    }
}
