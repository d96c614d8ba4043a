using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>
/// Queues whose jobs go out to workers as messages; configuration section <c>Push</c>. They go through the pub/sub component of
/// <c>Events:PubSub</c>.
/// </summary>
public sealed class PushOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Push";

    /// <summary>The setting by which Dapr has the sidecar send a token with every call to the service.</summary>
    internal const string TokenSetting = "APP_API_TOKEN";

    /// <summary>Stands for the queue's name in <see cref="WorkTopic"/>.</summary>
    internal const string QueuePlace = "{queue}";

    /// <summary>
    /// The push queues by name: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, which every broker takes in a topic. None: nothing is
    /// pushed.
    /// </summary>
    public Dictionary<string, PushQueueOptions> Queues { get; } = [];

    /// <summary>
    /// The topic of the work messages; <c>{queue}</c> stands for the queue, and is needed once there are two. Default
    /// <c>job-work-{queue}</c>.
    /// </summary>
    [Required]
    public string WorkTopic { get; set; } = "job-work-{queue}";

    /// <summary>The topic that workers report on. Default <c>job-reports</c>.</summary>
    [Required]
    public string ReportsTopic { get; set; } = "job-reports";

    /// <summary>Whether anything is pushed.</summary>
    internal bool IsOn => Queues.Count > 0;

    /// <summary>The push queues, whichever way they are named.</summary>
    internal IEnumerable<(string Queue, int MaxRunning)> All =>
        Queues.Select(queue => (queue.Value.Name ?? queue.Key, queue.Value.MaxRunning));

    /// <summary>Where the messages of a queue go.</summary>
    internal string TopicOf(string queue) => WorkTopic.Replace(QueuePlace, queue, StringComparison.Ordinal);
}

/// <summary>One push queue.</summary>
public sealed class PushQueueOptions
{
    /// <summary>The queue, where the configuration's key cannot say it (an environment variable has no dash). Default: the key.</summary>
    public string? Name { get; set; }

    /// <summary>Most jobs that are out with workers at one time, 1 to 10,000. Default 10.</summary>
    public int MaxRunning { get; set; } = 10;
}

/// <summary>Checks <see cref="PushOptions"/> at the start, against what it has to agree with.</summary>
internal sealed partial class PushOptionsValidator(IOptions<EventOptions> events, IOptions<ApiOptions> api, IConfiguration configuration)
    : IValidateOptions<PushOptions>
{
    private const int MaxRunningMost = 10_000;

    public ValidateOptionsResult Validate(string? name, PushOptions options)
    {
        string[] failures = [.. options.IsOn ? Failures(options) : []];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> Failures(PushOptions options)
    {
        foreach ((string queue, int maxRunning) in options.All)
        {
            if (!TopicWord().IsMatch(queue) || queue is "." or "..")
            {
                yield return $"Push:Queues:{queue}: the name of a push queue becomes part of a topic: 1 to 200 letters, digits, '-', '_' "
                    + "and '.', and not '.' or '..' alone, which no queue is called.";
            }

            if (maxRunning is < 1 or > MaxRunningMost)
            {
                yield return $"Push:Queues:{queue}:MaxRunning is {maxRunning}; it has to be from 1 to {MaxRunningMost}.";
            }
        }

        if (string.IsNullOrEmpty(options.WorkTopic) || string.IsNullOrEmpty(options.ReportsTopic))
        {
            yield return "Push:WorkTopic and Push:ReportsTopic have to name topics.";
            yield break;
        }

        if (options.Queues.Count > 1 && !options.WorkTopic.Contains(PushOptions.QueuePlace, StringComparison.Ordinal))
        {
            yield return $"Push:WorkTopic is '{options.WorkTopic}' for {options.Queues.Count} queues: {PushOptions.QueuePlace} has to "
                + "stand in it, or their workers would get each other's jobs.";
        }

        if (options.All.DistinctBy(queue => queue.Queue).Count() < options.Queues.Count)
        {
            yield return "Push:Queues names a queue twice.";
        }

        string[] topics = [.. options.All.Select(queue => options.TopicOf(queue.Queue)).Distinct(), options.ReportsTopic];
        if (topics.Distinct().Count() < topics.Length)
        {
            yield return $"The topic '{options.ReportsTopic}' is both one of Push:WorkTopic and Push:ReportsTopic; they have to differ.";
        }

        foreach (string topic in topics)
        {
            if (TopicPattern.FaultOf(topic, null) is { } fault)
            {
                yield return $"The topic '{topic}' of section Push {fault}";
            }

            if (events.Value.Topics.Values.FirstOrDefault(pattern => TopicPattern.CanMeet(pattern, topic)) is { } pattern)
            {
                yield return pattern == topic
                    ? $"The topic '{topic}' of section Push is one of Events:Topics too; they have to differ."
                    : $"The topic '{topic}' of section Push is '{pattern}' of Events:Topics for some owner; they have to differ.";
            }
        }

        if (api.Value.AsksWhoCalls && string.IsNullOrEmpty(configuration[PushOptions.TokenSetting]))
        {
            yield return "Push:Queues together with Api:Keys or Api:Jwt needs APP_API_TOKEN, here and at the sidecar: reports come from "
                + "the sidecar without an API key, and by that token alone it is known.";
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,200}\z")]
    private static partial Regex TopicWord();
}
