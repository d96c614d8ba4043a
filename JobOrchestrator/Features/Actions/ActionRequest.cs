using System.Security.Cryptography;
using System.Text;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Search;
using JobOrchestrator.Http;
using JobOrchestrator.Search;

namespace JobOrchestrator.Features.Actions;

/// <summary>What <c>POST /jobs/actions</c> is asked.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Query">To which jobs.</param>
/// <param name="Text">The query as it was written.</param>
internal sealed record ActionRequest(JobAction Action, JobQuery Query, string Text)
{
    /// <summary>As many labels as a job may have taken away, and as many set.</summary>
    private const int LabelChangesMax = 2 * JobLabels.CountMax;

    private const int CursorMax = 4_096;

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public string? Reason { get; init; }

    /// <summary>Only to be counted.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>How many jobs the caller counted.</summary>
    public int? Expect { get; init; }

    /// <summary>The queue to which jobs go.</summary>
    public string? Queue { get; init; }

    public IReadOnlyDictionary<string, string?>? Labels { get; init; }

    /// <summary>The action's id, chosen by the caller so that a repeated request is no second action.</summary>
    public Guid? Id { get; init; }

    /// <summary>Where an earlier request ended.</summary>
    public string? Cursor { get; init; }

    /// <summary>What has to be the same all along: cursors and ids of other actions, and of other callers, are not taken.</summary>
    public string MarkFor(Caller caller)
    {
        IEnumerable<string?> parts =
        [
            caller.Account, caller.Owner, Action.Word(), Text, Zone.Id, Queue,
            .. (Labels ?? new Dictionary<string, string?>())
                .OrderBy(label => label.Key, StringComparer.Ordinal)
                .SelectMany(label => new[] { label.Key, label.Value }),
        ];
        byte[] all = Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => part is null ? "-;" : $"{part.Length}:{part};")));
        return Convert.ToHexStringLower(SHA256.HashData(all).AsSpan(0, 8));
    }

    /// <summary>Reads one.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="api">What it is asked of.</param>
    /// <param name="isDryRun">The address says already that jobs are only counted.</param>
    /// <exception cref="ProblemException">400: it cannot be read, or q is no query; 422: it asks for what is not allowed.</exception>
    public static ActionRequest Read(ReadOnlySpan<byte> utf8, Api api, bool isDryRun)
    {
        var body = new BodyReader(utf8, api.Options.ValueBytesMax, api.Unknown);
        JobAction? action = null;
        string? text = null, reason = null, zone = null, queue = null, cursor = null, id = null;
        int? expect = null;
        Dictionary<string, string?>? labels = null;
        body.Object();
        while (body.NextMember())
        {
            if (body.Is("action"u8))
            {
                action = body.Word(string.Join(", ", JobActions.OfJobs), JobActions.OfJob);
            }
            else if (body.Is("q"u8))
            {
                text = body.Any();
            }
            else if (body.Is("tz"u8))
            {
                zone = body.Text(Bounds.NameMax);
            }
            else if (body.Is("reason"u8))
            {
                reason = body.Text(Bounds.ReasonMax);
            }
            else if (body.Is("dryRun"u8))
            {
                isDryRun |= body.Flag() ?? false;
            }
            else if (body.Is("expect"u8))
            {
                expect = body.Whole(0, int.MaxValue);
            }
            else if (body.Is("queue"u8))
            {
                queue = body.QueueName();
            }
            else if (body.Is("labels"u8))
            {
                labels = body.Labels(LabelChangesMax);
            }
            else if (body.Is("id"u8))
            {
                id = body.Text(Bounds.NameMax);
            }
            else if (body.Is("cursor"u8))
            {
                cursor = body.Text(CursorMax);
            }
            else
            {
                body.Unknown();
            }
        }

        Guid? chosen = Guid.TryParseExact(id, "D", out Guid parsed) || Guid.TryParseExact(id, "N", out parsed) ? parsed : null;
        Check(ref body, action, text, isDryRun, expect, queue, labels, cursor, isId: id is null || chosen is not null);
        body.End();
        return new ActionRequest(action!.Value, QueryOf(text!), text!)
        {
            Zone = string.IsNullOrEmpty(zone) ? TimeZoneInfo.Utc : SearchRequest.ZoneOf(zone),
            Reason = string.IsNullOrWhiteSpace(reason) ? null : reason,
            IsDryRun = isDryRun,
            Expect = expect,
            Queue = queue,
            Labels = labels,
            Id = chosen,
            Cursor = string.IsNullOrEmpty(cursor) ? null : cursor,
        };
    }

    /// <summary>
    /// Notes what is missing and what does not go together. What was noted of a value already, such as an odd number, is not noted again
    /// as missing: the caller is told of the one that comes first.
    /// </summary>
    private static void Check(
        ref BodyReader body,
        JobAction? action,
        string? text,
        bool isDryRun,
        int? expect,
        string? queue,
        Dictionary<string, string?>? labels,
        string? cursor,
        bool isId)
    {
        Unless(ref body, action is not null, "action", $"Say what to do: {string.Join(", ", JobActions.OfJobs)}.");
        Unless(ref body, text is not null, "q", "Say which jobs: a query such as status:failed queue:mail.");
        Unless(
            ref body,
            isDryRun || expect is not null,
            "expect",
            "Say how many jobs were counted, so that no others are changed. With dryRun they are counted.");
        Unless(ref body, !isDryRun || cursor is null, "cursor", "Nothing is gone on with by dryRun.");
        Unless(ref body, action != JobAction.Move || queue is not null, "queue", "Say where to.");
        Unless(ref body, action is null or JobAction.Move || queue is null, "queue", "Only for move. In q it is queue:….");
        Unless(ref body, action != JobAction.Label || labels?.Count > 0, "labels", "Say at least one label; null takes it away.");
        Unless(ref body, action is null or JobAction.Label || labels is null, "labels", "Only for label. In q it is label.key:value.");
        Unless(ref body, isId, "id", "A UUID such as 01990f3c-8a4e-7c21-9f53-2b6d0e8a4c17.");
    }

    private static void Unless(ref BodyReader body, bool holds, string member, string message)
    {
        if (!holds)
        {
            body.Refuse(member, message);
        }
    }

    private static JobQuery QueryOf(string text)
    {
        JobQuery query = SearchRequest.QueryOf(text, "/q");
        return query.Terms.All(term => term.IsNegated)
            ? throw new ProblemException(new Problem(
                ProblemType.QueryTooBroad,
                "It does not say which jobs: add what they are, such as status:failed, queue:… or older:1d. Nothing was done."))
            : query;
    }
}
