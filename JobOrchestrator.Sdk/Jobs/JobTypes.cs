using System.Collections.Concurrent;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Which definition goes with which input type in this process: what stands on the input itself, else what stands on the
/// registered processor that takes it.
/// </summary>
internal sealed class JobTypes(IEnumerable<KnownInput> known)
{
    private readonly ConcurrentDictionary<Type, KnownInput?> _byInput = new();

    /// <summary>How a job for an input is run, and as what the input is written.</summary>
    /// <param name="input">The input.</param>
    /// <param name="declared">What the caller knows it as.</param>
    /// <param name="typeName">The type's name, where it was said for this one job.</param>
    /// <exception cref="InvalidOperationException">Nothing, or more than one thing, says what type of job such an input makes.</exception>
    public KnownInput For(object input, Type declared, string? typeName)
    {
        Type actual = input.GetType();
        if (typeName is not null)
        {
            // The name was said for this one job; a definition of the same name still gives it its queue and the rest.
            KnownInput? named = Kinds(actual).Select(OnType).FirstOrDefault(own => own?.Definition.Name == typeName)
                ?? known.FirstOrDefault(taken => taken.Definition.Name == typeName);
            return new KnownInput(Contract(declared, named?.Input, actual), named?.Definition ?? new JobDefinition(typeName));
        }

        KnownInput found = _byInput.GetOrAdd(actual, type => Kinds(type).Select(Find).FirstOrDefault(kind => kind is not null))
            ?? throw new InvalidOperationException(
                $"{actual} does not say which type of job it makes: put [JobType(\"name\")] on it, register its processor here, or set "
                    + "JobOptions.Type.");
        return found with { Input = Contract(declared, found.Input, actual) };
    }

    /// <summary>What the caller said goes before what the job's type takes; that it is some job, or some object, says nothing.</summary>
    private static Type Contract(Type declared, Type? taken, Type actual) =>
        declared != typeof(object) && !IsMarker(declared) ? declared
        : taken is not null && taken.IsAssignableFrom(actual) ? taken
        : typeof(object);

    private static bool IsMarker(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IJob<>);

    /// <summary>The type itself, then its bases, the nearest first, then its interfaces.</summary>
    private static IEnumerable<Type> Kinds(Type type)
    {
        for (Type? kind = type; kind is not null; kind = kind.BaseType)
        {
            yield return kind;
        }

        foreach (Type kind in type.GetInterfaces())
        {
            yield return kind;
        }
    }

    private static KnownInput? OnType(Type input) => JobDefinition.On(input) is { } own ? new KnownInput(input, own) : null;

    private KnownInput? Find(Type input)
    {
        if (OnType(input) is { } own)
        {
            return own;
        }

        List<KnownInput> takers = [.. known.Where(taken => taken.Input == input)];
        return takers.Count > 1
            ? throw new InvalidOperationException(
                $"{input} is the input of several processors ({string.Join(", ", takers.Select(taker => taker.Definition.Name))}): set "
                    + "JobOptions.Type.")
            : takers.FirstOrDefault();
    }
}
