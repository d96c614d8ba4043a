namespace LocalSidecar.State;

/// <summary>A state component as one app sees it: which store, and what goes in front of the app's keys.</summary>
/// <param name="Store">Shared by every app of the process that names the component.</param>
/// <param name="Prefix">UTF-8, separator included; empty for the strategy <c>none</c>.</param>
internal sealed record StateScope(StateStore Store, byte[] Prefix);
