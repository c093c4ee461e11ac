// @ts-expect-error there is no such module
import '#nowhere';
