namespace JobOrchestrator.Dashboard.Values;

/// <summary>
/// What is on the screen, as lines to copy: for a shell and for C#. They are quoted whole, so that no text in them does anything, and
/// never hold a key.
/// </summary>
internal static class Lines
{
    /// <summary>One job, read.</summary>
    public static string Get(string origin, string id) => $"curl -s {ShellText.Quoted($"{origin}/jobs/{Uri.EscapeDataString(id)}")}";

    /// <summary>One job, read by the command line.</summary>
    public static string GetByTool(string id) => $"jobs get {ShellText.Quoted(id)}";

    /// <summary>One job, read by C#.</summary>
    public static string GetInCode(string id) => $"await client.GetAsync({CodeText.Quoted(id)})";

    /// <summary>A worker's first call: it takes a job of a queue.</summary>
    public static string Lease(string origin, string queue) =>
        $"curl -i {ShellText.Quoted($"{origin}/queues/{Uri.EscapeDataString(queue)}/lease")} -H 'content-type: application/json' -d "
            + ShellText.Quoted("""{"worker":"me"}""");

    /// <summary>A worker that has a program do each job.</summary>
    public static string Work(string queue) => $"jobs work {ShellText.Quoted(queue)} -- ./program '{{}}'";

    /// <summary>A worker in C#.</summary>
    public static string WorkInCode(string queue) =>
        $"services.AddJobWorker(worker => worker.Add<YourProcessor>().Queue({CodeText.Quoted(queue)}, concurrency: 8));";

    /// <summary>A job, started.</summary>
    public static string Submit(string origin, string body) =>
        $"curl -i {ShellText.Quoted($"{origin}/jobs")} -H 'content-type: application/json' -d {ShellText.Quoted(body)}";
}
