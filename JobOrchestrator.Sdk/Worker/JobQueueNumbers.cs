using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

/// <summary>The numbers that settings give to queues: said by the setting's name where they cannot be used.</summary>
internal sealed class JobQueueNumbers : IValidateOptions<JobWorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, JobWorkerOptions options)
    {
        string[] refusals =
        [
            .. options.Queues.Where(queue => queue.Value.Concurrency < 1)
                .Select(queue => $"{JobWorkerOptions.Section}:Queues:{queue.Key}:Concurrency has to be 1 or more."),
            .. options.Queues.Where(queue => queue.Value.Prefetch < 0)
                .Select(queue => $"{JobWorkerOptions.Section}:Queues:{queue.Key}:Prefetch must not be negative."),
        ];
        return refusals.Length > 0 ? ValidateOptionsResult.Fail(refusals) : ValidateOptionsResult.Success;
    }
}
