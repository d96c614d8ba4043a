using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Words;

/// <summary>A job in a window's title: the most particular first.</summary>
internal static class JobTitle
{
    public static string Of(Job job, DateTimeOffset now) =>
        $"{Phase.Of(job, now).Word} {PlainText.Of(job.Type, 40)} {ShortId.Of(job.Id)}".Replace("  ", " ", StringComparison.Ordinal);
}
