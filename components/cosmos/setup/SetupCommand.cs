using Microsoft.Azure.Cosmos;

namespace CosmosSetup;

/// <summary>The program, from its arguments to its exit code.</summary>
internal static class SetupCommand
{
    private const int Fine = 0;
    private const int SomethingIsWrong = 1;
    private const int NotUnderstood = 2;

    // Where Cosmos DB is throttled it says when to come back. Whoever waits at a prompt is told after so much.
    private const int TriesWhenThrottled = 9;
    private static readonly TimeSpan WaitWhenThrottled = TimeSpan.FromSeconds(30);

    // A dozen requests, of which the slowest makes a container; whoever needs longer does not answer.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <param name="arguments">The command line.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="output">Hears what is fine.</param>
    /// <param name="errors">Hears what is wrong.</param>
    /// <param name="http">Makes the HTTP client; null: the Cosmos DB client makes its own.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, Func<string, string?> environment, TextWriter output, TextWriter errors, Func<HttpClient>? http)
    {
        // The client asks at its start whether it runs in Azure, by an address that nothing answers on anywhere else.
        Environment.SetEnvironmentVariable("COSMOS_DISABLE_IMDS_ACCESS", "true");
        StoreTarget? target = null;
        try
        {
            var parsed = SetupArguments.Parse(arguments, environment);
            if (parsed.Help)
            {
                await output.WriteLineAsync(SetupArguments.Usage);
                return Fine;
            }

            target = TargetReader.Read(parsed.ComponentsFolder, parsed.AppFolder);
            Tell(output, $"{target} ({target.File}){(parsed.Check ? "; looking only" : "")}");
            using var client = new CosmosClient(target.Url.ToString(), target.Key, Options(http));
            using var deadline = new CancellationTokenSource(Longest);
            var preparation = new Preparation(
                client, target, parsed, finding => Tell(finding.Weight == Weight.Wrong ? errors : output, Marked(finding)));
            bool ready = await preparation.RunAsync(deadline.Token);
            Tell(ready ? output : errors, ready ? "Ready." : "Not ready; see above.");
            return ready ? Fine : SomethingIsWrong;
        }
        catch (UsageException problem)
        {
            Tell(errors, problem.Message);
            await errors.WriteLineAsync(SetupArguments.Usage);
            return NotUnderstood;
        }
        catch (SetupException problem)
        {
            Tell(errors, problem.Message);
            return SomethingIsWrong;
        }
        catch (Exception problem) when (target is not null && Trouble.Sentence(problem, target) is { } sentence)
        {
            Tell(errors, sentence);
            return SomethingIsWrong;
        }
    }

    private static CosmosClientOptions Options(Func<HttpClient>? http) => new()
    {
        ApplicationName = "JobOrchestrator-CosmosSetup",

        // HTTPS on one port, which is what emulators and firewalls let through. The account's regional addresses are not asked: those
        // that an emulator in a container names cannot be reached from outside it.
        ConnectionMode = ConnectionMode.Gateway,
        LimitToEndpoint = true,
        MaxRetryAttemptsOnRateLimitedRequests = TriesWhenThrottled,
        MaxRetryWaitTimeOnRateLimitedRequests = WaitWhenThrottled,
        HttpClientFactory = http,
    };

    private static string Marked(Finding finding) => finding.Weight switch
    {
        Weight.Fine => finding.Sentence,
        Weight.Costs => $"Note: {finding.Sentence}",
        Weight.Wrong => $"Wrong: {finding.Sentence}",
    };

    private static void Tell(TextWriter writer, string sentence) => writer.WriteLine($"[cosmos] {sentence}");
}
