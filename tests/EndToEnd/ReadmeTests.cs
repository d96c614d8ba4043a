using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TestSupport;

namespace EndToEnd;

/// <summary>The README's tour, pasted into a shell as it stands there, with other ports.</summary>
public sealed partial class ReadmeTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [ShellWorkerFact]
    public async Task Tour_PastedIntoAShell_DoesWhatItSays()
    {
        await using Suite suite = await Suite.StartAsync();
        string[] blocks = [.. TourBlocks().Select(block => Here(block, suite))];
        string[] parts = string.Concat(blocks).Split("sleep 20\n");
        Assert.Equal(2, parts.Length);

        string tour = await RunAsync(parts[0]);

        Assert.Contains("HTTP/1.1 200 OK", tour, StringComparison.Ordinal);
        Assert.Contains("""{"simulatedSeconds":1},"progress":{"percent":100,"message":"Step 4 of 4"}""", tour, StringComparison.Ordinal);
        Assert.Contains("event: job.completed", tour, StringComparison.Ordinal);
        Assert.Contains("The job has already ended.", tour, StringComparison.Ordinal);
        Assert.Contains(" : 123456789012345678901234567890.10 }", tour, StringComparison.Ordinal);
        Assert.Contains("""[{"leaseToken":""", tour, StringComparison.Ordinal);

        await Eventually.ValueAsync(() => EndedAsync(suite), ended => ended == 52, "MicroserviceX has seen 52 jobs end", Deadline);
        string afterwards = await RunAsync(blocks[0] + parts[1]);

        Assert.Contains("""{"holds":true,""", afterwards, StringComparison.Ordinal);
        Assert.EndsWith("\"missing\":[]}52", afterwards, StringComparison.Ordinal);
        string shouted = await suite.Jobs.GetStringAsync(new Uri("/jobs?queue=mine", UriKind.Relative));
        Assert.Contains("""result":"HELLO",""", shouted, StringComparison.Ordinal);
    }

    private static async Task<int> EndedAsync(Suite suite)
    {
        try
        {
            JsonArray events = (await suite.MicroserviceX.GetFromJsonAsync<JsonArray>(new Uri("/events", UriKind.Relative)))!;
            return events.Where(entry => entry!["kind"]!.GetValue<string>() == "Completed")
                .Select(entry => entry!["jobId"]!.GetValue<string>())
                .Distinct()
                .Count();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // Killed by the tour, and not back yet.
            return -1;
        }
    }

    private static async Task<string> RunAsync(string script)
    {
        // Without a terminal curl would tell how far it is.
        const string Quietly = "curl() { command curl -sS \"$@\"; }\n";
        await using var shell = ChildProcess.Start("bash", ["-c", Quietly + script], workingDirectory: Repository.Root);
        Assert.True(await shell.WaitForExitAsync(Deadline) == 0, shell.Output);
        return shell.Output;
    }

    /// <summary>The suite's addresses and its data in place of the default ones.</summary>
    private static string Here(string block, Suite suite) => block
        .Replace("http://127.0.0.1:5087", $"http://127.0.0.1:{suite.JobsPort}", StringComparison.Ordinal)
        .Replace("http://127.0.0.1:5278", $"http://127.0.0.1:{suite.XPort}", StringComparison.Ordinal)
        .Replace(" .data/", $" {suite.DataFolder}/", StringComparison.Ordinal);

    private static IEnumerable<string> TourBlocks()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n");
        string tour = Tour().Match(readme).Value;
        return ShellBlock().Matches(tour).Select(match => match.Groups["commands"].Value);
    }

    [GeneratedRegex(@"^## A tour.*?(?=^## )", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Tour();

    [GeneratedRegex(@"^```sh\n(?<commands>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
