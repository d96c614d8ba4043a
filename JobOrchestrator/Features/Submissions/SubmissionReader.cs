using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Submissions;

/// <summary>Reads the object that asks for one job.</summary>
internal static class SubmissionReader
{
    /// <summary>A caller's way to say "for ever"; what is granted has its own cap.</summary>
    private const double MillisecondsMax = 1e15;

    /// <summary>Reads the members of the object that the reader is in. What is wrong is noted in the reader.</summary>
    /// <param name="body">The reader.</param>
    /// <param name="options">The types that are taken.</param>
    /// <param name="noTimeout">What to do instead of an <c>initialTimeout</c>; null: it may be there.</param>
    public static Submission Read(ref BodyReader body, ApiOptions options, string? noTimeout = null)
    {
        var read = new Submission();
        bool hasInput = false, hasParameters = false;
        while (body.NextMember())
        {
            if (body.Is("owner"u8))
            {
                read.Owner = body.SharedName();
            }
            else if (body.Is("type"u8))
            {
                read.Type = body.SharedName() ?? JobDefaults.Type;
            }
            else if (body.Is("queue"u8))
            {
                read.Queue = body.QueueName() ?? JobDefaults.Queue;
            }
            else if (body.Is("input"u8))
            {
                JsonText? input = body.Raw();
                hasInput = input is not null;
                read.Input = input ?? read.Input;
            }
            else if (body.Is("parameters"u8))
            {
                JsonText? parameters = body.RawObject();
                hasParameters = parameters is not null;
                read.Input = parameters ?? read.Input;
            }
            else if (!ReadFurther(ref body, read))
            {
                body.Unknown();
            }
        }

        if (hasInput && hasParameters)
        {
            body.Refuse("parameters", "Either input or parameters.");
        }

        if (read is { RunAt: not null, Delay: not null })
        {
            body.Refuse("delaySeconds", "Either runAt or delaySeconds.");
        }

        if (noTimeout is not null && read.InitialTimeout is not null)
        {
            body.Misplaced("initialTimeout", noTimeout);
        }

        if (read is { UniqueSeconds: not null, UniqueKey: null })
        {
            body.Refuse("uniqueSeconds", "Only with a uniqueKey.");
        }

        if (options.Types.Count > 0 && !options.Types.Contains(read.Type))
        {
            body.Refuse("type", $"One of {string.Join(", ", options.Types)}.");
        }

        return read;
    }

    private static bool ReadFurther(ref BodyReader body, Submission read)
    {
        if (body.Is("state"u8))
        {
            read.State = body.Raw();
        }
        else if (body.Is("externalId"u8))
        {
            read.ExternalId = body.Name(BodyReader.KeyMax);
        }
        else if (body.Is("uniqueKey"u8))
        {
            read.UniqueKey = body.Name(BodyReader.KeyMax);
        }
        else if (body.Is("uniqueSeconds"u8))
        {
            read.UniqueSeconds = body.Whole(0, Bounds.SecondsMax);
        }
        else if (body.Is("maxRetries"u8))
        {
            read.MaxRetries = body.WholeOr("unlimited", 0, int.MaxValue, out bool isUnlimited)
                ?? (isUnlimited ? null : JobDefaults.MaxRetries);
        }
        else if (body.Is("backoff"u8))
        {
            read.Backoff = ReadBackoff(ref body);
        }
        else if (body.Is("leaseSeconds"u8))
        {
            read.LeaseSeconds = body.Whole(1, Bounds.LeaseSecondsMax) ?? JobDefaults.LeaseSeconds;
        }
        else if (body.Is("timeLimitSeconds"u8))
        {
            read.TimeLimitSeconds = body.Whole(1, int.MaxValue);
        }
        else if (body.Is("runAt"u8))
        {
            read.RunAt = body.Instant();
        }
        else if (body.Is("delaySeconds"u8))
        {
            read.Delay = body.Fraction(0, Bounds.SecondsMax) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        }
        else if (body.Is("priority"u8))
        {
            read.Priority = body.Whole(int.MinValue, int.MaxValue) ?? 0;
        }
        else if (body.Is("labels"u8))
        {
            read.Labels = body.Labels(JobLabels.CountMax) is { } labels ? JobLabels.None.With(labels) : JobLabels.None;
        }
        else if (body.Is("durable"u8))
        {
            read.Durable = body.Flag() ?? true;
        }
        else if (body.Is("initialTimeout"u8))
        {
            read.InitialTimeout = body.Fraction(0, MillisecondsMax) is { } milliseconds
                ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue))
                : null;
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>What a backoff leaves out: exponential, 1 s, no longer than 5 minutes or its own first pause, no jitter.</summary>
    private static Backoff ReadBackoff(ref BodyReader body)
    {
        if (!body.EnterObject())
        {
            return Backoff.Default;
        }

        BackoffKind? kind = null;
        double? seconds = null, maxSeconds = null, jitter = null;
        while (body.NextMember())
        {
            if (body.Is("kind"u8))
            {
                // Whatever its case: what NSwag generates writes a word as the member of its enum is called, Fixed.
                kind = body.Word<BackoffKind>(
                    "fixed, linear or exponential", static word => Words.BackoffOrNull(word.ToLowerInvariant()));
            }
            else if (body.Is("seconds"u8))
            {
                seconds = body.Fraction(0, Bounds.SecondsMax);
            }
            else if (body.Is("maxSeconds"u8))
            {
                maxSeconds = body.Fraction(0, Bounds.SecondsMax);
            }
            else if (body.Is("jitter"u8))
            {
                jitter = body.Fraction(0, 1);
            }
            else
            {
                body.Unknown();
            }
        }

        body.Leave();
        Backoff usual = Backoff.Default;
        return new Backoff(
            kind ?? usual.Kind,
            seconds ?? usual.Seconds,
            maxSeconds ?? Math.Max(usual.MaxSeconds, seconds ?? 0),
            jitter ?? 0);
    }
}
