using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Hears what is committed of the jobs that it follows. It is called by the commit loop, so it takes note and lets that go on.
/// </summary>
internal interface IJobListener
{
    /// <summary>Something has happened to one of them.</summary>
    void Hear(JobEvent news);

    /// <summary>Nothing more is told: what becomes of them may be committed elsewhere.</summary>
    void End();
}
