using System.Text.Json;

namespace JobOrchestrator.Sdk;

/// <summary>How an attempt ended, as far as its processor is concerned.</summary>
internal abstract record AttemptEnd
{
    private AttemptEnd()
    {
    }

    /// <summary>The word for it in metrics and traces.</summary>
    public abstract string Word { get; }

    /// <summary>The processor returned.</summary>
    public sealed record Completed(JsonElement? Result) : AttemptEnd
    {
        public override string Word => "completed";
    }

    /// <summary>The processor threw.</summary>
    public sealed record Failed(ReportedError Error, bool Retry, Exception Exception) : AttemptEnd
    {
        public override string Word => "failed";
    }

    /// <summary>The processor stopped when asked to, by a cancel or by a shutdown: the job is given back, or becomes Cancelled.</summary>
    public sealed record Released : AttemptEnd
    {
        public override string Word => "released";
    }

    /// <summary>The lease was lost: there is nothing to report.</summary>
    public sealed record Lost : AttemptEnd
    {
        public override string Word => "lost";
    }
}
