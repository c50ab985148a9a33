/**
 * Who keeps a zcrx registration (io_zcrx_ifq.user_refs): the io_urings that have it, and an exported file descriptor.
 * The queue is closed and memory of the user reclaimed when the last of them goes (zcrx_unregister_user()).
 */
export class RegistrationUsers {
  /** io_urings: the one that registered, and each that imported. */
  private rings = 0;
  /** ZCRX_CTRL_EXPORT gave a descriptor that is still open. */
  exported = false;

  get isKept(): boolean {
    return this.rings > 0 || this.exported;
  }

  /** Completions have a ring to go to. */
  get hasRing(): boolean {
    return this.rings > 0;
  }

  /** A ring registers, or imports. */
  addRing(): void {
    this.rings++;
  }

  /** A ring is closed. */
  removeRing(): void {
    if (this.rings > 0) this.rings--;
  }
}
