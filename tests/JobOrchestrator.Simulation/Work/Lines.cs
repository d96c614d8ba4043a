using System.Text;
using JobOrchestrator.Simulation.Models;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>A line of the story: what somebody asked and was told.</summary>
internal sealed record Heard(Request Request, Answer Answer)
{
    public override string ToString()
    {
        Call call = Request.Call;
        string about = call.Job?.ToString() ?? string.Join(' ', call.Submissions.Select(job => job.Id));
        string jobs = string.Join(", ", Answer.Jobs.Select(job => $"{job.Id} {job.Status} {job.Sequence}"));
        return $"{call.Verb} {about} sent {Request.SentAt:HH:mm:ss.fff} → {Answer} {jobs} {Answer.Detail}".TrimEnd();
    }
}

/// <summary>A line of the story: what the store changed in one moment.</summary>
internal sealed record Written(AppliedWrites Writes)
{
    public override string ToString()
    {
        var text = new StringBuilder($"{Writes.Lane} writes");
        foreach (AppliedWrite write in Writes.Writes)
        {
            bool isHead = DocumentKey.Parse(write.Key).Kind == DocumentKind.Head;
            string head = isHead && write.Value is not null ? $" ({HeadRead.Read(write.Value!, null).Stamp})" : "";
            text.Append($" {write.Key}{head}{(write.Value is null ? " (gone)" : "")}");
        }

        return text.ToString();
    }
}
