namespace JobOrchestrator.Search;

/// <summary>A text is no query.</summary>
public sealed class JobQueryException : FormatException
{
    /// <summary>Makes one for a text.</summary>
    /// <param name="errors">What is wrong, in the order of the text; at least one.</param>
    public JobQueryException(IReadOnlyList<JobQueryError> errors)
        : base(errors is [var first, ..] ? first.Message : "This is no query.") => Errors = errors;

    /// <summary>Makes one that knows no place.</summary>
    public JobQueryException()
        : this([])
    {
    }

    /// <summary>Makes one that knows no place.</summary>
    /// <param name="message">What is wrong.</param>
    public JobQueryException(string message)
        : base(message) => Errors = [];

    /// <summary>Makes one that knows no place.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">What led to it.</param>
    public JobQueryException(string message, Exception innerException)
        : base(message, innerException) => Errors = [];

    /// <summary>What is wrong, in the order of the text.</summary>
    public IReadOnlyList<JobQueryError> Errors { get; }
}
