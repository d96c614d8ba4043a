using System.Collections.Concurrent;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Which definition goes with which input type in this process: what stands on the input itself, else what stands on the
/// registered processor that takes it.
/// </summary>
internal sealed class JobTypes(IEnumerable<KnownInput> known)
{
    private readonly ConcurrentDictionary<Type, JobDefinition?> _byInput = new();

    /// <exception cref="InvalidOperationException">Nothing, or more than one thing, says what type of job such an input makes.</exception>
    public JobDefinition For(Type input, string? typeName)
    {
        if (typeName is not null)
        {
            // The name was said for this one job; a definition of the same name still gives it its queue and the rest.
            return JobDefinition.On(input) is { } own && own.Name == typeName
                ? own
                : known.FirstOrDefault(taken => taken.Definition.Name == typeName)?.Definition ?? new JobDefinition(typeName);
        }

        return _byInput.GetOrAdd(input, Find) ?? throw new InvalidOperationException(
            $"{input} does not say which type of job it makes: put [JobType(\"name\")] on it, register its processor here, or set "
                + "JobOptions.Type.");
    }

    private JobDefinition? Find(Type input)
    {
        if (JobDefinition.On(input) is { } own)
        {
            return own;
        }

        List<KnownInput> takers = [.. known.Where(taken => taken.Input == input)];
        return takers.Count > 1
            ? throw new InvalidOperationException(
                $"{input} is the input of several processors ({string.Join(", ", takers.Select(taker => taker.Definition.Name))}): set "
                    + "JobOptions.Type.")
            : takers.FirstOrDefault()?.Definition;
    }
}
