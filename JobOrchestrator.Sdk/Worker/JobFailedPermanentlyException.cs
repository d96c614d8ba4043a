namespace JobOrchestrator.Sdk;

/// <summary>Thrown by a processor: the job has failed and trying again cannot help, however many retries are left.</summary>
public sealed class JobFailedPermanentlyException : Exception
{
    /// <summary>A failure without words.</summary>
    public JobFailedPermanentlyException()
    {
    }

    /// <summary>A failure in one line.</summary>
    /// <param name="message">One line for people; becomes the error's title.</param>
    public JobFailedPermanentlyException(string message)
        : base(message)
    {
    }

    /// <summary>A failure in one line, and what led to it.</summary>
    /// <param name="message">One line for people; becomes the error's title.</param>
    /// <param name="innerException">What led to it; not sent.</param>
    public JobFailedPermanentlyException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A URI reference that names the kind of error, so that programs can tell it; null by default.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The HTTP status that fits the error, 400 to 599, for whoever answers a caller with it; null by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no error's status.</exception>
    public int? ErrorStatus
    {
        get;
        init => field = value is null or (>= 400 and <= 599)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "An error's status is 400 to 599.");
    }

    /// <summary>Anything more to say, written as JSON into the error's detail; null by default.</summary>
    public object? Detail { get; init; }
}
