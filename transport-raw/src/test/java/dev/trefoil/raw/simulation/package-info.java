/**
 * The real state machines of all six roles, from the API down to the bytes, over a simulated
 * network and clock in one thread. One seed decides everything that chance has a say in: how bytes
 * are cut, how long they take, which connections break, who dies and when handlers run. Only what
 * the engine does around the sessions is played, by {@link
 * dev.trefoil.raw.simulation.SimulatedConnection} and {@link
 * dev.trefoil.raw.simulation.SimulatedPort}.
 */
package dev.trefoil.raw.simulation;
