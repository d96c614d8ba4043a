namespace JobOrchestrator.Sdk;

/// <summary>
/// Marks an input record with the type of its job's result, so that <c>JobClient.RunAsync</c> needs no type arguments. Optional, and
/// without members.
/// </summary>
/// <typeparam name="TResult">What the job returns.</typeparam>
#pragma warning disable CA1040 // A marker on purpose: the compiler infers the result's type from it.
public interface IJob<out TResult>;
#pragma warning restore CA1040
