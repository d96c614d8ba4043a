using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Sdk;

/// <summary>Whether processors and event handlers can be made, asked at the start and not by the first job or event.</summary>
/// <param name="services">What was registered.</param>
/// <param name="known">What the container can make; null when it does not tell.</param>
internal sealed class Constructors(IServiceCollection services, IServiceProviderIsService? known)
{
    /// <param name="role">The word for it: what a person calls it.</param>
    /// <param name="type">Its class.</param>
    /// <exception cref="InvalidOperationException">
    /// Something that its constructor wants, or that one of its services wants, is not registered.
    /// </exception>
    public void Check(string role, Type type)
    {
        if (known is not null && Missing(type, []) is { } missing)
        {
            throw new InvalidOperationException(
                $"The {role} {type} cannot be made: {missing}. Register it (services.Add…) before the host starts.");
        }
    }

    /// <summary>What is missing to make a service; null when nothing is, or nothing can be said.</summary>
    private string? Missing(Type service, HashSet<Type> seen)
    {
        // A factory, an instance and an open generic are the application's own affair.
        Type? made = services.LastOrDefault(one => !one.IsKeyedService && one.ServiceType == service)?.ImplementationType;
        if (made is null || made.ContainsGenericParameters || !seen.Add(made))
        {
            return null;
        }

        if (made.IsAbstract)
        {
            return $"{made} is abstract";
        }

        string? firstMissing = made.GetConstructors().Length == 0 ? $"{made} has no public constructor" : null;
        foreach (ConstructorInfo constructor in made.GetConstructors().OrderByDescending(one => one.GetParameters().Length))
        {
            string? missing = constructor.GetParameters()
                .Select(parameter => Missing(parameter, made, seen))
                .FirstOrDefault(one => one is not null);
            if (missing is null)
            {
                return null;
            }

            firstMissing ??= missing;
        }

        return firstMissing;
    }

    private string? Missing(ParameterInfo parameter, Type made, HashSet<Type> seen)
    {
        if (parameter.HasDefaultValue || parameter.IsDefined(typeof(ServiceKeyAttribute)))
        {
            return null;
        }

        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
        {
            return known is IServiceProviderIsKeyedService withKeys && !withKeys.IsKeyedService(parameter.ParameterType, keyed.Key)
                ? $"the constructor of {made} wants {parameter.ParameterType} with the key \"{keyed.Key}\", which is not registered"
                : null;
        }

        return known!.IsService(parameter.ParameterType)
            ? Missing(parameter.ParameterType, seen)
            : $"the constructor of {made} wants {parameter.ParameterType}, which is not registered";
    }
}
