using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Reports;

/// <summary>Reads the object by which a worker reports.</summary>
internal static class ReportReader
{
    /// <summary>Reads a report whose route names the job and the action.</summary>
    public static WorkerReport ReadOne(ReadOnlySpan<byte> utf8, Api api, ReportAction action)
    {
        var body = new BodyReader(utf8, api.Options.ValueBytesMax, api.Unknown) { MendsText = true };
        body.Object();
        WorkerReport read = Read(ref body, action);
        body.End();
        return read;
    }

    /// <summary>Reads the members of the object that the reader is in. What is wrong is noted in the reader.</summary>
    /// <param name="body">The reader.</param>
    /// <param name="action">The action; null: the object names it, and the job.</param>
    public static WorkerReport Read(ref BodyReader body, ReportAction? action)
    {
        var read = new WorkerReport { Action = action };
        // A state of null counts too: a worker that saves nothing in particular numbers it as any other.
        bool hasState = false, hasRetry = false;
        while (body.NextMember())
        {
            if (body.Is("leaseToken"u8))
            {
                read.Token = body.Text(Bounds.TokenMax) ?? "";
            }
            else if (body.Is("progress"u8))
            {
                read.Progress = ReadProgress(ref body);
            }
            else if (body.Is("state"u8))
            {
                read.State = body.Raw();
                hasState = true;
            }
            else if (body.Is("stateNumber"u8))
            {
                read.StateNumber = body.Whole(1, int.MaxValue);
            }
            else if (body.Is("result"u8))
            {
                read.Result = body.Raw();
            }
            else if (body.Is("error"u8))
            {
                read.Error = ReadError(ref body);
            }
            else if (body.Is("retry"u8))
            {
                bool? retry = body.Flag();
                hasRetry = retry is not null;
                read.Retry = retry ?? true;
            }
            else if (body.Is("delay"u8))
            {
                read.Delay = body.Fraction(0, Bounds.SecondsMax) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            }
            else if (action is null && body.Is("jobId"u8))
            {
                read.JobId = body.Text(BodyReader.NameMax);
            }
            else if (action is null && body.Is("action"u8))
            {
                read.Action = body.Word<ReportAction>("heartbeat, complete, fail or release", static word => word.ToLowerInvariant() switch
                {
                    "heartbeat" => ReportAction.Heartbeat,
                    "complete" => ReportAction.Complete,
                    "fail" => ReportAction.Fail,
                    "release" => ReportAction.Release,
                    _ => null,
                });
            }
            else
            {
                body.Unknown();
            }
        }

        if (read is { StateNumber: not null, Action: ReportAction.Heartbeat or null } && !hasState)
        {
            body.Refuse("stateNumber", "Only with a state.");
        }

        Refuse(ref body, read.Action, ReportAction.Heartbeat, "progress", read.Progress is not null);
        Refuse(ref body, read.Action, ReportAction.Heartbeat, "state", read.State is not null);
        Refuse(ref body, read.Action, ReportAction.Heartbeat, "stateNumber", read.StateNumber is not null);
        Refuse(ref body, read.Action, ReportAction.Complete, "result", read.Result is not null);
        Refuse(ref body, read.Action, ReportAction.Fail, "error", read.Error is not null);
        Refuse(ref body, read.Action, ReportAction.Fail, "retry", hasRetry);
        Refuse(ref body, read.Action, ReportAction.Release, "delay", read.Delay is not null);
        RequireMembers(ref body, read, action is null);
        return read;
    }

    /// <summary>What another action takes would be lost here: a checkpoint that came with a release, say. Null says nothing.</summary>
    private static void Refuse(ref BodyReader body, ReportAction? action, ReportAction takes, string member, bool isSaid)
    {
        if (isSaid && action is { } other && other != takes)
        {
            body.Misplaced(member, takes switch
            {
                ReportAction.Heartbeat => "Only a heartbeat takes it: send one first.",
                ReportAction.Complete => "Only complete takes it.",
                ReportAction.Fail => "Only fail takes it.",
                ReportAction.Release => other == ReportAction.Fail
                    ? "Only release takes it. How long a failed job waits is said by its backoff."
                    : "Only release takes it.",
            });
        }
    }

    private static void RequireMembers(ref BodyReader body, WorkerReport read, bool namesAll)
    {
        if (read.Token.Length == 0)
        {
            body.Refuse("leaseToken", "The token that came with the lease.");
        }

        if (read is { Action: ReportAction.Fail, Error: null })
        {
            body.Refuse("error", "What went wrong: a text, or an object with a title.");
        }

        if (namesAll && read.Action is null)
        {
            body.Refuse("action", "One of heartbeat, complete, fail and release.");
        }

        if (namesAll && read.JobId is null)
        {
            body.Refuse("jobId", "The job.");
        }
    }

    private static Progress? ReadProgress(ref BodyReader body)
    {
        if (!body.EnterObject())
        {
            return null;
        }

        double? percent = null;
        string? message = null;
        while (body.NextMember())
        {
            if (body.Is("percent"u8))
            {
                percent = body.Clamped(0, 100);
            }
            else if (body.Is("message"u8))
            {
                message = body.Any() is { } text ? ErrorText.OneLine(text, BodyReader.LineMax) : null;
            }
            else
            {
                body.Unknown();
            }
        }

        body.Leave();
        return percent is null && message is null ? null : new Progress(percent, message);
    }

    private static JobError? ReadError(ref BodyReader body)
    {
        if (!body.EnterObjectOr(out string? text))
        {
            return text is null ? null : ErrorText.ToError(text, body.ValueBytesMax);
        }

        string? type = null, title = null;
        int? status = null;
        JsonText? detail = null;
        while (body.NextMember())
        {
            if (body.Is("type"u8))
            {
                type = body.Line(BodyReader.LineMax);
            }
            else if (body.Is("title"u8))
            {
                title = body.Any();
            }
            else if (body.Is("status"u8))
            {
                status = body.WholeOrNone(400, 599);
            }
            else if (body.Is("detail"u8))
            {
                detail = body.RawOrSentence();
            }
            else
            {
                body.Unknown();
            }
        }

        body.Leave();
        return title is null
            ? null
            : new JobError(type ?? JobError.WorkerError, ErrorText.OneLine(title, ErrorText.TitleMax), detail, status);
    }
}
