using System.Buffers;
using System.Diagnostics;
using JobOrchestrator.Core;
using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Features.Submissions;

/// <summary>
/// The trace that a submission belongs to: the caller's, by W3C Trace Context; where anybody listens to the service's own activities, with
/// a span <c>send {queue}</c> in between, of which the job's first attempt is the child then.
/// </summary>
internal readonly struct SubmissionTrace : IDisposable
{
    /// <summary>The name of the service's activities.</summary>
    public const string SourceName = "JobOrchestrator";

    // As long as every implementation has to pass on; what is longer is left out, as the recommendation has it.
    private const int StateMax = 512;

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly Activity? _sending;
    private readonly Activity? _outer;

    private SubmissionTrace(string? parent, string? state, Activity? sending, Activity? outer)
    {
        _sending = sending;
        _outer = outer;
        Traceparent = sending?.Id ?? parent;
        Tracestate = sending is null ? state : sending.TraceStateString;
    }

    /// <summary>The job's <see cref="JobSpec.Traceparent"/>.</summary>
    public string? Traceparent { get; }

    /// <summary>The job's <see cref="JobSpec.Tracestate"/>.</summary>
    public string? Tracestate { get; }

    /// <summary>Begins with what the request says.</summary>
    /// <param name="http">The request.</param>
    /// <param name="queue">The queue; null: several.</param>
    /// <param name="jobs">How many jobs.</param>
    public static SubmissionTrace Begin(HttpContext http, string? queue, int jobs = 1)
    {
        SubmissionTrace caller = Of(http);
        Activity? outer = Activity.Current;
        return Source.HasListeners() && Send(caller, queue, jobs) is { } sending
            ? new SubmissionTrace(null, null, sending, outer)
            : caller;
    }

    /// <summary>What the request says, without a span of ours.</summary>
    public static SubmissionTrace Of(HttpContext http)
    {
        string? parent = ReadParent(http.Request.Headers.TraceParent);
        return new SubmissionTrace(parent, parent is null ? null : ReadState(http.Request.Headers.TraceState), null, null);
    }

    /// <summary>What became of it.</summary>
    public void Told(Outcome outcome)
    {
        if (outcome is Outcome.Refused { Why: var why })
        {
            _sending?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", why.GetType().Name);
        }
        else
        {
            _sending?.SetStatus(ActivityStatusCode.Ok);
        }
    }

    /// <summary>The span ends; where nothing was told, with an error: the store was away, or the caller left.</summary>
    public void Dispose()
    {
        if (_sending is not null)
        {
            if (_sending.Status == ActivityStatusCode.Unset)
            {
                _sending.SetStatus(ActivityStatusCode.Error);
            }

            _sending.Dispose();
            Activity.Current = _outer;
        }
    }

    /// <summary>W3C Trace Context, version 00; anything else is not passed on.</summary>
    private static string? ReadParent(StringValues values)
    {
        if (values.Count != 1 || values[0] is not { Length: 55 } text
            || !text.StartsWith("00-", StringComparison.Ordinal) || text[35] != '-' || text[52] != '-')
        {
            return null;
        }

        ReadOnlySpan<char> trace = text.AsSpan(3, 32), span = text.AsSpan(36, 16), flags = text.AsSpan(53, 2);
        return IsHex(trace) && IsHex(span) && IsHex(flags) && trace.ContainsAnyExcept('0') && span.ContainsAnyExcept('0') ? text : null;

        static bool IsHex(ReadOnlySpan<char> digits) => !digits.ContainsAnyExcept(HexDigits);
    }

    /// <summary>Several headers are one list. Of the trace's vendors nothing is asked but that it can be sent on as it is.</summary>
    private static string? ReadState(StringValues values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        string state = values.Count == 1 ? values[0] ?? string.Empty : string.Join(',', (IEnumerable<string?>)values);
        return state.Length is > 0 and <= StateMax && !state.AsSpan().ContainsAnyExceptInRange(' ', '~') ? state : null;
    }

    private static Activity? Send(SubmissionTrace caller, string? queue, int jobs)
    {
        _ = ActivityContext.TryParse(caller.Traceparent, caller.Tracestate, isRemote: true, out ActivityContext parent);

        // The framework's activity of the request is nobody's to see: it would be a parent that no trace has.
        Activity? outer = Activity.Current;
        Activity.Current = null;
        Activity? sending = Source.StartActivity(queue is null ? "send" : $"send {queue}", ActivityKind.Producer, parent);
        if (sending is null)
        {
            Activity.Current = outer;
            return null;
        }

        sending.SetTag("messaging.system", "joborchestrator")
            .SetTag("messaging.operation.name", "send")
            .SetTag("messaging.operation.type", "send")
            .SetTag("messaging.destination.name", queue);
        if (jobs != 1)
        {
            sending.SetTag("messaging.batch.message_count", jobs);
        }

        return sending;
    }
}
