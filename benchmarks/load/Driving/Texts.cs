using System.Text;

namespace Load;

/// <summary>What is sent again and again.</summary>
internal static class Texts
{
    public const int BatchJobs = 100;
    public const int LifeJobs = 50;

    private const int InputCharacters = 300;

    /// <summary>One job of some 390 bytes.</summary>
    public static readonly string Job = JobOf("load");

    public static readonly byte[] Submission = Request.Post("/jobs", Job);

    /// <summary>A hundred.</summary>
    public static readonly byte[] Batch = Request.Post("/jobs/batch", BatchOf(Job, BatchJobs));

    /// <summary>A job.</summary>
    /// <param name="queue">Where it waits.</param>
    /// <param name="more">
    /// Members beside, each with a comma behind it: whose it is, so that its events may go with others of one owner.
    /// </param>
    public static string JobOf(string queue, string more = "\"owner\":\"load\",") =>
        $$$"""{"type":"load","queue":"{{{queue}}}",{{{more}}}"input":{"text":"{{{new string('x', InputCharacters)}}}"}}""";

    public static byte[] BatchOf(string job, int count) => Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(job, count))}]");
}
