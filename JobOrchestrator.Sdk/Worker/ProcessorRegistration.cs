namespace JobOrchestrator.Sdk;

/// <summary>One processor that this process works with.</summary>
/// <param name="Processor">Its class.</param>
/// <param name="Input">What it takes.</param>
/// <param name="Definition">Its type's name and how such jobs are run.</param>
internal sealed record ProcessorRegistration(Type Processor, Type Input, JobDefinition Definition)
{
    // No job is of this type: no name may be empty.
    private const string AnyName = "";

    /// <summary>Whether it works every type that no other processor names.</summary>
    public bool IsForAnyType => Definition.Name == AnyName;

    /// <summary>One that works every type that no other processor names.</summary>
    public static ProcessorRegistration OfAnyType(Type processor) => new(processor, InputOf(processor), new JobDefinition(AnyName));

    /// <summary>The same, for a job of this type.</summary>
    public ProcessorRegistration For(string type) => this with { Definition = Definition with { Name = type } };

    /// <summary>One that works a type which the code names in another place than on the processor.</summary>
    /// <exception cref="ArgumentException">No type can be called so.</exception>
    public static ProcessorRegistration OfType(Type processor, string type) =>
        QueueName.Fault(type) is { } fault
            ? throw new ArgumentException($"\"{type}\" cannot be a job type: {fault}.", nameof(type))
            : new ProcessorRegistration(
                processor, InputOf(processor), (JobDefinition.On(processor) ?? new JobDefinition(type)) with { Name = type });

    /// <exception cref="InvalidOperationException">
    /// Neither the processor nor its input says which type of job it works, or no type can be called so.
    /// </exception>
    public static ProcessorRegistration Of(Type processor)
    {
        Type input = InputOf(processor);
        JobDefinition definition = JobDefinition.On(processor) ?? JobDefinition.On(input)
            ?? throw new InvalidOperationException(
                $"{processor} does not say which type of job it works: put [JobType(\"name\")] on it or on {input}.");
        return QueueName.Fault(definition.Name) is { } fault
            ? throw new InvalidOperationException($"The job type of {processor}, \"{definition.Name}\", cannot be one: {fault}.")
            : new ProcessorRegistration(processor, input, definition);
    }

    private static Type InputOf(Type processor)
    {
        for (Type? type = processor; type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() is var generic
                && (generic == typeof(JobProcessor<>) || generic == typeof(JobProcessor<,>)))
            {
                return type.GetGenericArguments()[0];
            }
        }

        throw new InvalidOperationException($"{processor} derives from neither JobProcessor<TInput> nor JobProcessor<TInput, TResult>.");
    }
}

/// <summary>Queues that share one number of slots.</summary>
/// <param name="Queues">In order of preference.</param>
/// <param name="Concurrency">How many attempts run at once; null: as many as the settings say.</param>
/// <param name="Prefetch">How many more jobs are held ready.</param>
internal sealed record WorkerLane(IReadOnlyList<string> Queues, int? Concurrency, int Prefetch);
