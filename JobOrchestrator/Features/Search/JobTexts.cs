using JobOrchestrator.Core;
using JobOrchestrator.Search;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Search;

/// <summary>A job's texts as queries know them.</summary>
internal static class JobTexts
{
    /// <summary>From so many characters on a word may be the beginning of an id: they say its time, to about a minute.</summary>
    public const int IdBeginningMin = 8;

    /// <summary>Whether one of the job's texts of a field is one of these.</summary>
    public static bool Any(Job job, QueryTextField field, QueryValues<QueryText> values)
    {
        foreach (QueryText value in values)
        {
            if (Has(job, field, value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the job's label of a key is one of these.</summary>
    public static bool HasLabel(Job job, string key, QueryValues<QueryText> values)
    {
        string? label = job.Labels[key];
        foreach (QueryText value in values)
        {
            if (value.Fits(label))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a word is the job's id or its beginning, its externalId, one of its keys, or a label's value.</summary>
    public static bool IsWordOf(Job job, QueryText word) =>
        word.Fits(job.ExternalId) || word.Fits(job.UniqueKey) || word.Fits(job.IdempotencyKey) || IsIdOf(job, word)
            || job.Labels.All.Any(label => word.Fits(label.Value));

    /// <summary>A text of a field by which the job may be found; null: none, or one that nobody types.</summary>
    public static string? FirstOf(Job job, QueryTextField field) => field switch
    {
        QueryTextField.Queue => job.Queue,
        QueryTextField.Type => job.Type,
        QueryTextField.Owner => job.Owner,
        QueryTextField.Worker => job.Lease?.Worker
            ?? job.Attempts.LastOrDefault(attempt => attempt.Outcome != AttemptOutcome.Refused)?.Worker,
        QueryTextField.External => job.ExternalId,
        QueryTextField.Key => job.UniqueKey ?? job.IdempotencyKey,
        QueryTextField.Error => job.Error?.Type,
        QueryTextField.Id or QueryTextField.RetryOf or QueryTextField.RetriedAs or QueryTextField.Trace => null,
    };

    private static bool Has(Job job, QueryTextField field, QueryText value) => field switch
    {
        QueryTextField.Queue => value.Fits(job.Queue),
        QueryTextField.Type => value.Fits(job.Type),
        QueryTextField.Owner => value.Fits(job.Owner),
        QueryTextField.Worker => IsWorkerOf(job, value),
        QueryTextField.Id => value.Fits(job.Id.ToString()),
        QueryTextField.External => value.Fits(job.ExternalId),
        QueryTextField.Key => value.Fits(job.UniqueKey) || value.Fits(job.IdempotencyKey),
        QueryTextField.Error => value.Match == QueryMatch.Contains ? IsInTitle(job.Error?.Title, value) : value.Fits(job.Error?.Type),
        QueryTextField.RetryOf => value.Fits(job.RetryOf?.ToString()),
        QueryTextField.RetriedAs => value.Fits(job.RetriedAs?.ToString()),
        QueryTextField.Trace => value.Fits(job.TraceId),
    };

    private static bool IsIdOf(Job job, QueryText word)
    {
        int length = word.Value.Length;
        if (length < IdBeginningMin || !word.Value.All(character => char.IsAsciiHexDigit(character) || character == '-'))
        {
            return false;
        }

        return job.Id.ToString().StartsWith(word.Value, StringComparison.OrdinalIgnoreCase);
    }

    // Groups of errors (GET /errors) show what titles have in common with one blank for several.
    private static bool IsInTitle(string? title, QueryText part) => title is not null
        && (part.Fits(title) || (part.Value.Contains(' ', StringComparison.Ordinal) && part.Fits(ErrorPattern.Folded(title))));

    private static bool IsWorkerOf(Job job, QueryText value)
    {
        if (value.Fits(job.Lease?.Worker))
        {
            return true;
        }

        foreach (Attempt attempt in job.Attempts)
        {
            if (value.Fits(attempt.Worker))
            {
                return true;
            }
        }

        return false;
    }
}
